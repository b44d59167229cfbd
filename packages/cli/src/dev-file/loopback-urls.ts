/** A variable with a URL that somebody is going to send to: `AWS_ENDPOINT_URL_SQS`, `ORY_ADMIN_URL`. */
const urlVariable = /(^|_)URL(_|$)/

/**
 * The names of those URLs that do not lead to a server on this machine.
 *
 * @param environment variables; some are URLs that nobody is sent to, an issuer's say
 * @param places whatever else holds URLs
 */
export function foreignUrls(environment: unknown, places: unknown): readonly string[] {
  const told = textsIn(places).filter(([, text]) => text.includes('://'))
  const variables = textsIn(environment).filter(([name]) => urlVariable.test(name))
  return [...told, ...variables].filter(([, url]) => !isLoopbackUrl(url)).map(([name]) => name)
}

type Named = readonly [name: string, text: string]

/** Every text in a value whatever its shape, by the name of its member. */
function textsIn(value: unknown, name = ''): readonly Named[] {
  if (typeof value === 'string') return [[name, value]]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([member, inner]) => textsIn(inner, member))
}

const loopbackNames: readonly string[] = ['127.0.0.1', 'localhost', '[::1]']

/** Whether a text is the URL of a server on this machine. */
export function isLoopbackUrl(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { protocol, hostname } = new URL(text)
  return /^https?:$/.test(protocol) && loopbackNames.includes(hostname)
}
