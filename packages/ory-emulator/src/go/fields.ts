import { formatDuration, parseDuration } from './durations.ts'
import { GoError } from './go-error.ts'
import { isObject, kindOf } from './json.ts'
import { decodeJwk, decodeJwks, type Jwk, type Jwks } from './jwk.ts'
import { normaliseTime } from './time.ts'

/** What each kind of struct field holds once decoded; `null` is Go's nil. */
export interface Values {
  string: string
  strings: readonly string[] | null
  bool: boolean
  nullBool: boolean | null
  int: number
  /** RFC 3339 in UTC. */
  time: string | null
  /** Any JSON; `undefined` where it was not given, which is not `null`. */
  any: unknown
  /** A Go duration in Go's own spelling. */
  duration: string | null
  jwks: Jwks | null
  jwk: Jwk | null
}

export type Kind = keyof Values

/** A Go struct: wire names in wire order, each with its kind. */
export type Fields = Readonly<Record<string, Kind>>

export type Struct<F extends Fields> = { readonly [Name in keyof F]: Values[F[Name]] }

const zeros: { readonly [K in Kind]: Values[K] } = {
  string: '',
  strings: null,
  bool: false,
  nullBool: null,
  int: 0,
  time: null,
  any: undefined,
  duration: null,
  jwks: null,
  jwk: null,
}

/** How Go names the struct in its complaints. */
export interface StructNames {
  /** `client.Client`, for a value that is not an object at all. */
  readonly type: string
  /** `Client.client_name`, for a member of the wrong type. */
  readonly field: (name: string, kind: Kind) => string
  /** The Go type of its lists of strings. */
  readonly list: string
}

/**
 * Reads a JSON value into a struct as Go does: unknown members ignored, names in any case, `null`
 * leaving the zero value.
 *
 * @throws GoError in Go's words; members of their own decoding (times, durations) complain first.
 */
export function decodeStruct<F extends Fields>(
  fields: F,
  names: StructNames,
  value: unknown,
): Struct<F> {
  const struct: Record<string, unknown> = Object.fromEntries(
    Object.entries(fields).map(([name, kind]) => [name, zeros[kind]]),
  )
  if (value === null) return struct as Struct<F>
  if (!isObject(value)) throw mismatch(value, 'Go value', names.type)

  const mismatches: GoError[] = []
  for (const [sent, member] of Object.entries(value)) {
    const name = fieldNamed(fields, sent)
    const kind = name === undefined ? undefined : fields[name]
    if (name === undefined || kind === undefined) continue
    if (member === null && !seesNull(kind)) continue
    const place = { field: names.field(name, kind), list: names.list }
    struct[name] = decoders[kind](member, place, (error) => mismatches.push(error))
  }
  if (mismatches[0]) throw mismatches[0]
  return struct as Struct<F>
}

/** Whether such a member is told of a `null`; Go leaves the others as they are. */
function seesNull(kind: Kind): boolean {
  return kind === 'any' || kind === 'jwk'
}

function fieldNamed(fields: Fields, sent: string): string | undefined {
  if (Object.hasOwn(fields, sent)) return sent
  return Object.keys(fields).find((name) => name === sent.toLowerCase())
}

type Complain = (error: GoError) => void
type Place = { readonly field: string; readonly list: string }
type Decoder<T> = (value: unknown, place: Place, complain: Complain) => T

const decoders: { readonly [K in Kind]: Decoder<Values[K]> } = {
  string: (value, { field }, complain) => {
    if (typeof value === 'string') return value
    complain(mismatch(value, `Go struct field ${field}`, 'string'))
    return ''
  },
  strings: (value, place, complain) => {
    if (Array.isArray(value)) {
      return value.map((item) => (item === null ? '' : decoders.string(item, place, complain)))
    }
    complain(mismatch(value, `Go struct field ${place.field}`, place.list))
    return null
  },
  bool: (value, { field }, complain) => {
    if (typeof value === 'boolean') return value
    complain(mismatch(value, `Go struct field ${field}`, 'bool'))
    return false
  },
  nullBool: (value) => {
    if (typeof value === 'boolean') return value
    throw mismatch(value, 'Go value', 'bool')
  },
  int: (value, { field }, complain) => {
    if (isInt64(literalOf(value))) return Number(literalOf(value))
    complain(mismatch(value, `Go struct field ${field}`, 'int', true))
    return 0
  },
  time: (value) => {
    const time = normaliseTime(value)
    return time === '0001-01-01T00:00:00Z' ? null : time
  },
  any: (value) => value,
  duration: (value, { field }) => {
    if (typeof value === 'string') return formatDuration(parseDuration(value))
    throw mismatch(value, `Go struct field ${field}`, 'string')
  },
  jwks: (value, { field }, complain) => {
    if (isObject(value)) return decodeJwks(value, field, complain)
    complain(mismatch(value, `Go struct field ${field}`, 'x.JoseJSONWebKeySet'))
    return null
  },
  jwk: (value) => decodeJwk(value ?? {}),
}

/** A number as it was written; Go reads an integer out of digits alone, so that `1e3` and `1.0` are none. */
function literalOf(value: unknown): string {
  if (JSON.isRawJSON(value)) return value.rawJSON
  return typeof value === 'number' ? String(value) : ''
}

function isInt64(literal: string): boolean {
  return /^-?\d+$/.test(literal) && BigInt.asIntN(64, BigInt(literal)) === BigInt(literal)
}

export function mismatch(value: unknown, where: string, type: string, withNumber = false): GoError {
  const kind = kindOf(value)
  const shown = withNumber && kind === 'number' ? `number ${JSON.stringify(value)}` : kind
  return new GoError(`json: cannot unmarshal ${shown} into ${where} of type ${type}`)
}
