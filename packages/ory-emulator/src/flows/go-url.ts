/** Parameters as Go's `url.Values.Encode` writes them: keys sorted, spaces as `+`. */
export function encodeQuery(parameters: URLSearchParams): string {
  return [...parameters]
    .map(
      ([name, value]) => [escapeQuery(name), `${escapeQuery(name)}=${escapeQuery(value)}`] as const,
    )
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([, pair]) => pair)
    .join('&')
}

/** The URL with these parameters set in its query, which is written anew and sorted. */
export function setQuery(url: string, parameters: Readonly<Record<string, string>>): string {
  const { base, query, fragment } = splitUrl(url)
  for (const [name, value] of Object.entries(parameters)) query.set(name, value)
  const encoded = encodeQuery(query)
  return `${base}${encoded === '' ? '' : `?${encoded}`}${fragment}`
}

/** The URL with these parameters for its whole query. */
export function replaceQuery(url: string, parameters: Readonly<Record<string, string>>): string {
  const { base, fragment } = splitUrl(url)
  return `${base}?${encodeQuery(new URLSearchParams(parameters))}${fragment}`
}

function splitUrl(url: string): { base: string; query: URLSearchParams; fragment: string } {
  const [, base = '', query = '', fragment = ''] = /^([^?#]*)(\?[^#]*)?(#.*)?$/s.exec(url) ?? []
  return { base, query: new URLSearchParams(query), fragment }
}

function escapeQuery(text: string): string {
  return encodeURIComponent(text)
    .replaceAll('%20', '+')
    .replace(/[!*'()]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
}
