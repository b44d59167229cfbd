import { errorAnswer, type OryError, tokenErrorAnswer } from '../errors.ts'
import type { Answer, Request, Route } from '../http.ts'
import type { Ory } from '../ory.ts'

/**
 * An OAuth 2.0 error on its way out. Where it was raised says what happened; the endpoint decides
 * how it is told: in fosite's JSON, in herodot's, or as parameters of a redirect.
 */
export class OAuth2Error extends Error {
  override readonly name = 'OAuth2Error'
  readonly kind: OryError
  readonly hint: string | undefined

  constructor(kind: OryError, hint?: string) {
    super(kind.error)
    this.kind = kind
    this.hint = hint
  }
}

type Handle = Route['handle']

/** A handler whose OAuth 2.0 errors are answered as the token endpoint writes them. */
export function withTokenErrors(handle: Handle): Handle {
  return (request, ory) => answering(handle, request, ory, tokenErrorAnswer)
}

/** A handler whose OAuth 2.0 errors are answered as the admin API writes them. */
export function withAdminErrors(handle: Handle): Handle {
  return (request, ory) => answering(handle, request, ory, errorAnswer)
}

async function answering(
  handle: Handle,
  request: Request,
  ory: Ory,
  answer: (kind: OryError, hint?: string) => Answer,
): Promise<Answer> {
  try {
    return await handle(request, ory)
  } catch (error) {
    if (error instanceof OAuth2Error) return answer(error.kind, error.hint)
    throw error
  }
}
