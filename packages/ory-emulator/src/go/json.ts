import { scanValue } from './scan.ts'

/** A number that JavaScript cannot keep as it was written (`1.0`, `1e3`, twenty digits): its source. */
export interface RawNumber {
  readonly rawJSON: string
}

declare global {
  interface JSON {
    /** A value that `JSON.stringify` writes as `text` (ECMAScript's source text access proposal). */
    rawJSON(text: string): RawNumber
    isRawJSON(value: unknown): value is RawNumber
    parse(
      text: string,
      reviver: (key: string, value: unknown, context: { readonly source?: string }) => unknown,
    ): unknown
  }
}

/**
 * The first JSON value of a body; Go's decoders do not look at what follows.
 *
 * @throws GoError in the words of Go's `encoding/json`.
 */
export function decodeFirst(body: Buffer): unknown {
  const bytes = body.toString('latin1')
  return parse(body.subarray(0, scanValue(bytes)).toString())
}

/** As {@link decodeFirst}, for the places that accept nothing after the value. */
export function decodeWhole(body: Buffer): unknown {
  return parse(body.toString())
}

/** A deep copy that keeps numbers as they were written, which `structuredClone` does not. */
export function copyJson(value: unknown): unknown {
  return parse(JSON.stringify(value))
}

function parse(text: string): unknown {
  return JSON.parse(text, (_key, value, { source }) => {
    if (typeof value === 'string') return value.toWellFormed()
    if (typeof value !== 'number' || source === undefined) return value
    return String(value) === source ? value : JSON.rawJSON(source)
  })
}

/** What Go calls the kind of a JSON value. */
export function kindOf(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  if (JSON.isRawJSON(value)) return 'number'
  return typeof value === 'boolean' ? 'bool' : typeof value
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return kindOf(value) === 'object'
}

const escapes: Readonly<Record<string, string>> = {
  '<': '\\u003c',
  '>': '\\u003e',
  '&': '\\u0026',
  '\u2028': '\\u2028',
  '\u2029': '\\u2029',
}

/** JSON as Go's encoder writes it: compact, and safe to put into HTML. These characters occur in strings only. */
export function encodeJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    (character) => escapes[character] ?? '',
  )
}
