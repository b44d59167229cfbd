const link = /<([^>]*)>((?:\s*;\s*[^,;"]+(?:"[^"]*")?)*)/g
const relation = /;\s*rel\s*=\s*(?:"([^"]*)"|([^\s;,"]+))/i

const relationsOf = (parameters: string): readonly string[] => {
  const [, quoted, bare] = relation.exec(parameters) ?? []

  return (quoted ?? bare ?? '').toLowerCase().split(/\s+/)
}

const tokenIn = (target: string): string | undefined => {
  const query = target.split('#')[0]?.split('?')[1] ?? ''

  return new URLSearchParams(query).get('page_token') || undefined
}

/**
 * The page token of `rel="next"` in a `Link` header, RFC 8288. Its target is relative and was built
 * for another base: only its token is taken, it is never followed as a URL.
 */
export const nextPageToken = (header: string | string[] | undefined): string | undefined => {
  if (header === undefined) return undefined

  const links = Array.from([header].flat().join(',').matchAll(link))
  const next = links.find(([, , parameters]) => relationsOf(parameters ?? '').includes('next'))

  return next?.[1] === undefined ? undefined : tokenIn(next[1])
}
