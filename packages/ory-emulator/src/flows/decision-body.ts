import { invalidRequest, unrecognizable } from '../errors.ts'
import { decodeStruct, type Fields, type Struct, type StructNames } from '../go/fields.ts'
import { GoError } from '../go/go-error.ts'
import { decodeFirst, isObject } from '../go/json.ts'
import type { Request } from '../http.ts'
import type { Claims } from '../tokens/issue.ts'
import { sorted } from '../tokens/jwt.ts'
import { OAuth2Error } from '../tokens/oauth2-error.ts'
import type { Denial } from './flow.ts'

const unrecognizableBody = { ...unrecognizable, status: 400 }

const loginFields = {
  remember: 'bool',
  remember_for: 'int',
  extend_session_lifespan: 'bool',
  acr: 'string',
  amr: 'strings',
  subject: 'string',
  force_subject_identifier: 'string',
  identity_provider_session_id: 'string',
  context: 'any',
} as const satisfies Fields

const consentFields = {
  grant_scope: 'strings',
  grant_access_token_audience: 'strings',
  session: 'any',
  remember: 'bool',
  remember_for: 'int',
  context: 'any',
} as const satisfies Fields

const denialFields = {
  error: 'string',
  error_description: 'string',
  error_hint: 'string',
  status_code: 'int',
} as const satisfies Fields

/** A login decision; what is wrong with its body is told, in Go's words. */
export function decodeLogin(request: Request): Struct<typeof loginFields> {
  return told(() => decode(request, loginFields, 'HandledLoginRequest'))
}

/** A consent decision; what is wrong with its body is not told. */
export function decodeConsent(request: Request): Struct<typeof consentFields> {
  return untold(() => {
    const body = decode(request, consentFields, 'AcceptOAuth2ConsentRequest')
    if (isObject(body.session ?? {})) return body
    throw new GoError('session is not an object')
  })
}

/** The two halves of a consent decision's `session`, their members in Go's order. */
export function sessionOf(session: unknown): { accessToken: Claims; idToken: Claims } {
  const half = (name: string): Claims => {
    const value = isObject(session) ? session[name] : undefined
    if (value === undefined || value === null) return {}
    if (isObject(value)) return sorted(value)
    throw new OAuth2Error(unrecognizableBody)
  }
  return { accessToken: half('access_token'), idToken: half('id_token') }
}

export function decodeLoginDenial(request: Request): Denial {
  return told(() => denial(request, 'login request denied'))
}

export function decodeConsentDenial(request: Request): Denial {
  return untold(() => denial(request, 'consent request denied'))
}

function denial(request: Request, defaultError: string): Denial {
  const body = decode(request, denialFields, 'RequestDeniedError')
  return { ...body, error: body.error || defaultError, status_code: body.status_code || 400 }
}

function decode<F extends Fields>(request: Request, fields: F, type: string): Struct<F> {
  const names: StructNames = {
    type: `flow.${type}`,
    field: (name) => `${type}.${name}`,
    list: 'sqlxx.StringSliceJSONFormat',
  }
  return decodeStruct(fields, names, decodeFirst(request.body))
}

function told<Value>(work: () => Value): Value {
  return refusing(
    work,
    ({ message }) => new OAuth2Error(invalidRequest, `Unable to decode body because: ${message}`),
  )
}

function untold<Value>(work: () => Value): Value {
  return refusing(work, () => new OAuth2Error(unrecognizableBody))
}

/** Only what Go's decoder would complain about is the caller's fault. */
function refusing<Value>(work: () => Value, refusal: (error: GoError) => OAuth2Error): Value {
  try {
    return work()
  } catch (error) {
    throw error instanceof GoError ? refusal(error) : error
  }
}
