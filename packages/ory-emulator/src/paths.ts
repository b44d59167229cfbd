import { decodePercent, encodePercent } from './go/percent.ts'

/** A path without empty, `.` and `..` segments (Go's `path.Clean`, for absolute paths). */
export function cleanPath(path: string): string {
  const kept: string[] = []
  for (const segment of path.split('/')) {
    if (segment === '..') kept.pop()
    else if (segment !== '' && segment !== '.') kept.push(segment)
  }
  const slash = path.endsWith('/') && kept.length > 0 ? '/' : ''
  return `/${kept.join('/')}${slash}`
}

/** How a server brings a path to its routes. */
export interface Routing {
  /** Whether `/admin` is put in front of a path that lacks it. */
  readonly addsAdminPrefix: boolean
  /** Whether it then still knows which slashes were escaped; older servers forget. */
  readonly keepsEscapes: boolean
}

/**
 * The path that routes are matched with, which is not always the one that was sent. Go keeps a path
 * twice, decoded and as it was sent, and believes the latter only as long as both say the same. Ory
 * cuts a slash off the end of the decoded one alone: `x%2F` becomes `x`, and in `a%2Fb/` no slash is
 * escaped any more.
 */
export function routedPath(sent: string, { addsAdminPrefix, keepsEscapes }: Routing): string {
  const decoded = withoutTrailingSlash(bytesOf(sent))
  if (!addsAdminPrefix || decoded.startsWith('/admin')) return escapedPath(decoded, sent)
  return escapedPath(underAdmin(decoded), keepsEscapes ? underAdmin(sent) : sent)
}

/** Go's `EscapedPath`: what was sent, if it may stand in a URL like that, or else the decoded path with every slash for a separator. */
function escapedPath(decoded: string, sent: string): string {
  const isFit = !/[^A-Za-z0-9\-_.~$&+,/:;=@!'()*[\]%]/.test(sent)
  return isFit && bytesOf(sent) === decoded ? sent : encodePercent(decoded)
}

function bytesOf(sent: string): string {
  return decodePercent(sent) ?? sent
}

/** Go's `path.Join`, which leaves no slash at the end but that of the root: `/..` leads there. */
function underAdmin(path: string): string {
  return withoutTrailingSlash(cleanPath(`/admin${path}`)) || '/'
}

function withoutTrailingSlash(path: string): string {
  return path.endsWith('/') ? path.slice(0, -1) : path
}
