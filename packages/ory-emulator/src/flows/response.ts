import type { Answer } from '../http.ts'
import { noStore } from '../tokens/exchange.ts'
import type { OAuth2Error } from '../tokens/oauth2-error.ts'
import type { ResponseMode, ResponseTarget } from './authorize-request.ts'
import { encodeQuery, setQuery } from './go-url.ts'
import { errorParameters, escapeHtml } from './redirect.ts'

/** An authorization response at the client's redirect URI, in the mode it asked for. */
export function toClient(
  { redirectUri, responseMode }: ResponseTarget,
  parameters: Readonly<Record<string, string>>,
): Answer {
  return modes[responseMode](redirectUri, parameters)
}

/** An error at the client's redirect URI. */
export function errorToClient(target: ResponseTarget, error: OAuth2Error): Answer {
  const parameters = { ...errorParameters(error), state: target.state }
  return toClient(target, parameters)
}

type Write = (uri: string, parameters: Readonly<Record<string, string>>) => Answer

const modes: Readonly<Record<ResponseMode, Write>> = {
  query: (uri, parameters) => seeOther(setQuery(uri, parameters)),
  fragment: (uri, parameters) => seeOther(`${uri}#${encodeQuery(new URLSearchParams(parameters))}`),
  form_post: (uri, parameters) => ({
    status: 200,
    headers: { ...noStore, 'Content-Type': 'text/html;charset=UTF-8' },
    text: formPage(uri, parameters),
  }),
}

function seeOther(location: string): Answer {
  return { status: 303, headers: { ...noStore, Location: location } }
}

/** A page that posts itself (OAuth 2.0 Form Post Response Mode). */
function formPage(uri: string, parameters: Readonly<Record<string, string>>): string {
  const inputs = Object.entries(parameters)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `<input type="hidden" name="${name}" value="${escapeHtml(value)}"/>`)
  return [
    '<html><head><title>Submit This Form</title></head>',
    '<body onload="javascript:document.forms[0].submit()">',
    `<form method="post" action="${escapeHtml(uri)}">${inputs.join('')}</form>`,
    '</body></html>',
  ].join('\n')
}
