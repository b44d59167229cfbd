import { invalidRequest, serverError } from '../errors.ts'
import { goTime } from '../go/time.ts'
import type { Release } from '../ory.ts'
import { words } from '../tokens/form.ts'
import { OAuth2Error } from '../tokens/oauth2-error.ts'
import type { Turn } from './cookies.ts'
import type { LoggedInFlow } from './flow.ts'
import { loginRequired } from './flow-errors.ts'

const allowedPrompts: Readonly<Record<Release, readonly string[]>> = {
  head: ['login', 'none', 'consent', 'registration', 'select_account'],
  'v26.2': ['login', 'none', 'consent', 'registration'],
}

/** The values of OpenID Connect's `prompt`. */
export function prompts(form: URLSearchParams): readonly string[] {
  return words(form, 'prompt')
}

/**
 * Whether the login that took place is the one that was asked for (OpenID Connect Core section
 * 3.1.2.1): `prompt`, `max_age` and the hint's subject against when and as whom the user logged in;
 * `name` is what the client knows the user by.
 */
export function checkPrompt(
  { ory, form }: Turn,
  flow: LoggedInFlow,
  name: string,
  hintSubject: string | undefined,
): void {
  const prompt = prompts(form)
  const allowed = allowedPrompts[ory.settings.profile]
  const unknown = prompt.some((value) => !allowed.includes(value))
  if (unknown) {
    throw new OAuth2Error(
      invalidRequest,
      `Used unknown value '[${prompt.join(' ')}]' for prompt parameter`,
    )
  }
  if (prompt.includes('none') && prompt.length > 1) {
    throw new OAuth2Error(
      invalidRequest,
      "Parameter 'prompt' was set to 'none', but contains other values as well which is not allowed.",
    )
  }
  if (name === '') throw new OAuth2Error(serverError)
  checkTimes(form, prompt, flow)
  if (hintSubject === undefined || hintSubject === name) return
  throw new OAuth2Error(
    loginRequired,
    "Failed to validate OpenID Connect request because the subject from provided id token from id_token_hint does not match the current session's subject.",
  )
}

function checkTimes(form: URLSearchParams, prompt: readonly string[], flow: LoggedInFlow): void {
  const { authenticatedAt, requestedAt } = flow
  const maxAge = Number.parseInt(form.get('max_age') ?? '', 10) || 0
  if (maxAge > 0 && authenticatedAt + maxAge * 1000 < requestedAt) {
    throw new OAuth2Error(loginRequired)
  }
  const times = [authenticatedAt, requestedAt].map(goTime)
  if (prompt.includes('none') && authenticatedAt > requestedAt) {
    throw new OAuth2Error(
      loginRequired,
      `Failed to validate OpenID Connect request because prompt was set to 'none' but auth_time ('${times[0]}') happened after the authorization request ('${times[1]}') was registered, indicating that the user was logged in during this request which is not allowed.`,
    )
  }
  if (prompt.includes('login') && authenticatedAt < requestedAt) {
    throw new OAuth2Error(
      loginRequired,
      `Failed to validate OpenID Connect request because prompt was set to 'login' but auth_time ('${times[0]}') happened before the authorization request ('${times[1]}') was registered, indicating that the user was not re-authenticated which is forbidden.`,
    )
  }
}
