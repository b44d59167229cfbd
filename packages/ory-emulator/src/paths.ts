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

/**
 * The admin port knows its paths with and without `/admin` in front. Where it adds the prefix, the
 * older server forgets which slashes were escaped.
 */
export function withAdminPrefix(path: string, keepsEscapes: boolean): string {
  if (path.startsWith('/admin')) return path
  const meant = withoutTrailingSlash(cleanPath(`/admin${decodeURIComponent(path)}`))
  const sent = withoutTrailingSlash(cleanPath(`/admin${path}`))
  if (keepsEscapes && decodeURIComponent(sent) === meant) return sent
  return meant.split('/').map(encodeURIComponent).join('/')
}

/** Ory forgives one slash at the end. */
export function withoutTrailingSlash(path: string): string {
  return path.endsWith('/') ? path.slice(0, -1) : path
}
