import { errorBody } from '../errors.ts'
import type { Answer } from '../http.ts'
import type { Ory } from '../ory.ts'
import { OAuth2Error } from '../tokens/oauth2-error.ts'
import { setQuery } from './go-url.ts'

/** 302 as Go's `http.Redirect` answers it: a GET gets a little page as well. */
export function found(method: string, location: string): Answer {
  if (method !== 'GET' && method !== 'HEAD') return { status: 302, headers: { Location: location } }
  return {
    status: 302,
    headers: { Location: location, 'Content-Type': 'text/html; charset=utf-8' },
    text: `<a href="${escapeHtml(location)}">Found</a>.\n\n`,
  }
}

/** An error the client cannot be told, because where it wants to hear it is unknown: to `urls.error`. */
export function toErrorUrl(ory: Ory, method: string, error: OAuth2Error): Answer {
  return found(method, setQuery(ory.settings.errorUrl, errorParameters(error)))
}

/** `error` and `error_description` of an error on its way through a URL. */
export function errorParameters({ kind, hint }: OAuth2Error): Record<string, string> {
  return { ...errorBody(kind, hint) }
}

/** Text as it may stand in HTML, escaped as Go does it. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&${htmlEntities[char]};`)
}

const htmlEntities: Readonly<Record<string, string>> = {
  '&': 'amp',
  '<': 'lt',
  '>': 'gt',
  '"': '#34',
  "'": '#39',
}

/** The OAuth 2.0 error behind a failure; what is none is unrecognizable and rethrown. */
export function asOAuth2Error(error: unknown): OAuth2Error {
  if (error instanceof OAuth2Error) return error
  throw error
}
