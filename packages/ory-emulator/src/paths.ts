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

/** The admin port knows its paths with and without `/admin` in front. */
export function withAdminPrefix(path: string): string {
  return path.startsWith('/admin') ? path : cleanPath(`/admin${path}`).replace(/\/$/, '')
}

/** Ory forgives one slash at the end. */
export function withoutTrailingSlash(path: string): string {
  return path.endsWith('/') ? path.slice(0, -1) : path
}
