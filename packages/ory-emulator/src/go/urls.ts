import { GoError } from './go-error.ts'

/** What Go's `net/url` makes of a URL, as far as Ory looks at it. */
export interface GoUrl {
  /** Lower case, `''` where there is none. */
  readonly scheme: string
  /** What follows the scheme and its colon, up to the fragment. */
  readonly rest: string
  readonly userinfo: string
  /** Without the port; IPv6 without brackets. */
  readonly hostname: string
  readonly port: string
  readonly path: string
  readonly rawQuery: string
  readonly fragment: string
}

/**
 * Parses as `url.Parse` does, which lets much pass that browsers do not.
 *
 * @throws GoError in the words of Go's `net/url`.
 */
export function parseUrl(text: string): GoUrl {
  const mark = text.indexOf('#')
  const [whole, fragment] = mark < 0 ? [text, ''] : [text.slice(0, mark), text.slice(mark + 1)]
  return parse(text, whole, fragment)
}

/**
 * Parses as `url.ParseRequestURI` does: an absolute URI or an absolute path, and no fragment.
 *
 * @throws GoError as {@link parseUrl} does.
 */
export function parseRequestUri(text: string): GoUrl {
  const url = parse(text, text, '')
  if (url.scheme === '' && !text.startsWith('/')) throw failure(text, 'invalid URI for request')
  return url
}

function parse(text: string, whole: string, fragment: string): GoUrl {
  if ([...text].some((character) => character < ' ' || character === '\x7f')) {
    throw failure(text, 'net/url: invalid control character in URL')
  }
  if (whole.startsWith(':')) throw failure(text, 'missing protocol scheme')
  const [, scheme = '', rest = ''] = /^(?:([A-Za-z][A-Za-z0-9+.-]*):)?(.*)$/.exec(whole) ?? []
  const [, hierarchy = '', rawQuery = ''] = /^([^?]*)(?:\?(.*))?$/.exec(rest) ?? []
  if (scheme === '' && /^[^/]*:/.test(hierarchy)) {
    throw failure(text, 'first path segment in URL cannot contain colon')
  }
  const [, authority = '', path = ''] = /^(?:\/\/([^/]*))?(.*)$/.exec(hierarchy) ?? []
  const host = parseAuthority(text, authority)
  checkEscapes(text, path)
  return { scheme: scheme.toLowerCase(), rest, ...host, path, rawQuery, fragment }
}

function parseAuthority(
  text: string,
  authority: string,
): Pick<GoUrl, 'userinfo' | 'hostname' | 'port'> {
  const at = authority.lastIndexOf('@')
  const userinfo = at < 0 ? '' : authority.slice(0, at)
  const host = authority.slice(at + 1)
  if (host.startsWith('[') && !host.includes(']')) throw failure(text, "missing ']' in host")
  const [, name = '', afterName = ''] = /^(\[[^\]]*\]|[^:]*)(.*)$/.exec(host) ?? []
  if (!/^(:\d*)?$/.test(afterName)) {
    throw failure(text, `invalid port "${afterName}" after host`)
  }
  const [escaped] = /%.{0,2}/.exec(name) ?? []
  if (escaped !== undefined) throw failure(text, `invalid URL escape "${escaped}"`)
  const [odd] = /[ "#<>\\^`{|}]/.exec(name) ?? []
  if (odd !== undefined) throw failure(text, `invalid character "${odd}" in host name`)
  return { userinfo, hostname: name.replace(/^\[(.*)\]$/, '$1'), port: afterName.slice(1) }
}

function checkEscapes(text: string, path: string): void {
  const [broken] = /%(?![0-9a-fA-F]{2}).{0,2}/.exec(path) ?? []
  if (broken !== undefined) throw failure(text, `invalid URL escape "${broken}"`)
}

function failure(text: string, reason: string): GoError {
  return new GoError(`parse ${JSON.stringify(text)}: ${reason}`)
}
