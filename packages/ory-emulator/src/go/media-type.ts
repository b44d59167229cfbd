/** A `Content-Type` as Go's `mime.ParseMediaType` reads it. */
export interface MediaType {
  /** In lower case; `''` where it cannot be read at all. */
  readonly type: string
  readonly parameters: Readonly<Record<string, string>>
  /** False where the type could be read and one of its parameters could not. */
  readonly isWhole: boolean
}

const nothing: MediaType = { type: '', parameters: {}, isWhole: false }

const token = "[!#$%&'*+.^_`|~A-Za-z0-9-]+"
const typePattern = new RegExp(`^${token}(/${token})?$`)
const parameterPattern = new RegExp(`^;\\s*(${token})=(?:"((?:[^"\\\\]|\\\\.)*)"|(${token}))\\s*`)

/** Two parameters of one name, or nothing at all, cannot be read. */
export function parseMediaType(header: string): MediaType {
  const [first = ''] = header.split(';', 1)
  const type = first.trim().toLowerCase()
  if (!typePattern.test(type)) return nothing
  const parameters: Record<string, string> = {}
  let rest = header.slice(first.length).trim()
  while (rest !== '') {
    const [whole, name = '', quoted, plain] = parameterPattern.exec(rest) ?? []
    if (whole === undefined) {
      return { type, parameters: {}, isWhole: /^;\s*$/.test(rest) }
    }
    if (name.toLowerCase() in parameters) return nothing
    parameters[name.toLowerCase()] = quoted?.replace(/\\(.)/g, '$1') ?? plain ?? ''
    rest = rest.slice(whole.length)
  }
  return { type, parameters, isWhole: true }
}
