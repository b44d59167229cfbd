/** What Go's `net/url` makes of a URL, as far as Ory looks at it. */
export interface GoUrl {
  /** Lower case, `''` where there is none. */
  readonly scheme: string
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
 * `undefined` where Go returns an error.
 */
export function parseUrl(text: string): GoUrl | undefined {
  if (hasControl(text)) return undefined
  const [, beforeFragment = '', fragment = ''] = /^([^#]*)(?:#(.*))?$/s.exec(text) ?? []
  return parse(beforeFragment, fragment)
}

/** Parses as `url.ParseRequestURI` does: an absolute URI or an absolute path, and no fragment. */
export function parseRequestUri(text: string): GoUrl | undefined {
  if (hasControl(text)) return undefined
  const url = parse(text, '')
  if (!url) return undefined
  return url.scheme !== '' || text.startsWith('/') ? url : undefined
}

function parse(text: string, fragment: string): GoUrl | undefined {
  if (text.startsWith(':')) return undefined
  const [, scheme = '', rest = ''] = /^(?:([A-Za-z][A-Za-z0-9+.-]*):)?(.*)$/s.exec(text) ?? []
  const [, hierarchy = '', rawQuery = ''] = /^([^?]*)(?:\?(.*))?$/s.exec(rest) ?? []
  const [, authority, path = ''] = /^(?:\/\/([^/]*))?(.*)$/s.exec(hierarchy) ?? []
  if (scheme === '' && /^[^/]*:/.test(hierarchy)) return undefined
  const host = parseAuthority(authority ?? '')
  if (!host || /%(?![0-9a-fA-F]{2})/.test(path)) return undefined
  return { scheme: scheme.toLowerCase(), ...host, path, rawQuery, fragment }
}

function parseAuthority(
  authority: string,
): Pick<GoUrl, 'userinfo' | 'hostname' | 'port'> | undefined {
  const at = authority.lastIndexOf('@')
  const userinfo = at < 0 ? '' : authority.slice(0, at)
  const host = authority.slice(at + 1)
  const [, name, port = ''] = /^(\[[^\]]*\]|[^:[\]]*)(?::(\d*))?$/.exec(host) ?? []
  if (name === undefined || /[ "<>\\^`{|}]/.test(name)) return undefined
  return { userinfo, hostname: name.replace(/^\[(.*)\]$/, '$1'), port }
}

function hasControl(text: string): boolean {
  return [...text].some((character) => character < ' ' || character === '\x7f')
}
