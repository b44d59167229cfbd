/** What somebody gave is not what it has to be; the message names the place and says what belongs there. */
export class InputError extends Error {
  override readonly name = 'InputError'

  /** @param path such as `users[0].subject`; `''` for the whole */
  constructor(path: string, what: string, options?: ErrorOptions) {
    super(path === '' ? what : `${path} ${what}`, options)
  }
}

/**
 * Gives a value back as what it is.
 *
 * @throws InputError which names the path of what is wrong.
 */
export type Check<Value> = (value: unknown, path: string) => Value

export const text: Check<string> = (value, path) => {
  if (typeof value === 'string' && value !== '') return value
  throw new InputError(path, 'has to be a text that is not empty')
}

export const flag: Check<boolean> = (value, path) => {
  if (typeof value === 'boolean') return value
  throw new InputError(path, 'has to be true or false')
}

/** A header's value: one text, or one for each line. */
export const textOrTexts: Check<string | readonly string[]> = (value, path) =>
  Array.isArray(value) ? listOf(text)(value, path) : text(value, path)

export const anything: Check<unknown> = (value) => value

/** A whole number of at least `least`, and at most `most`. */
export function wholeNumber(least: number, most: number = Number.MAX_SAFE_INTEGER): Check<number> {
  const limits = most === Number.MAX_SAFE_INTEGER ? `${least} or more` : `${least} to ${most}`
  return (value, path) => {
    const fits = Number.isSafeInteger(value) && Number(value) >= least && Number(value) <= most
    if (fits) return Number(value)
    throw new InputError(path, `has to be a whole number, ${limits}`)
  }
}

/** A text of a certain form; `form` says which. */
export function textLike(pattern: RegExp, form: string): Check<string> {
  return (value, path) => {
    if (typeof value === 'string' && pattern.test(value)) return value
    throw new InputError(path, `has to be ${form}`)
  }
}

export const uuid = textLike(
  /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
  'a UUID in lower case, such as 6a1f1c1e-0000-4000-8000-000000000001',
)

/** A moment as RFC 3339 has it, in milliseconds since the epoch. */
export const moment: Check<number> = (value, path) => {
  const isLike =
    typeof value === 'string' && /^\d{4}-\d\d-\d\dT[\d:.]+(Z|[-+]\d\d:\d\d)$/.test(value)
  const at = isLike ? Date.parse(value) : Number.NaN
  if (!Number.isNaN(at)) return at
  throw new InputError(path, 'has to be a time such as 2026-11-29T12:00:00Z')
}

export function oneOf<Value extends string>(...values: readonly Value[]): Check<Value> {
  return (value, path) => {
    const found = values.find((known) => known === value)
    if (found !== undefined) return found
    throw new InputError(path, `has to be one of ${values.join(', ')}`)
  }
}

export function listOf<Item>(item: Check<Item>): Check<readonly Item[]> {
  return (value, path) => {
    if (Array.isArray(value)) return value.map((each, index) => item(each, `${path}[${index}]`))
    throw new InputError(path, 'has to be a list')
  }
}

/** An object whose members are all alike, under names of any kind. */
export function recordOf<Value>(member: Check<Value>): Check<Readonly<Record<string, Value>>> {
  return (value, path) => {
    const entries = Object.entries(objectAt(value, path))
    return Object.fromEntries(entries.map(([name, each]) => [name, member(each, at(path, name))]))
  }
}

type Checks = Readonly<Record<string, Check<unknown>>>
type Checked<C extends Checks> = { readonly [Name in keyof C]: ReturnType<C[Name]> }

/** An object with these members and no other: a name that is misspelt is not passed over. */
export function objectOf<Required extends Checks, Optional extends Checks>(
  required: Required,
  optional: Optional,
): Check<Checked<Required> & Partial<Checked<Optional>>> {
  const known: Checks = { ...required, ...optional }
  return (value, path) => {
    const given = objectAt(value, path)
    for (const name of Object.keys(given)) {
      if (!Object.hasOwn(known, name)) throw unknown(path, name, Object.keys(known))
    }
    for (const name of Object.keys(required)) {
      if (given[name] === undefined) throw new InputError(at(path, name), 'is missing')
    }
    const entries = Object.entries(given).filter(([, member]) => member !== undefined)
    const checked = entries.map(([name, member]) => [name, known[name]?.(member, at(path, name))])
    return Object.fromEntries(checked)
  }
}

const listable = 12

/** Where there are too many names to list, those that begin alike are. */
function unknown(path: string, name: string, known: readonly string[]): InputError {
  const alike = known.filter((each) => each.startsWith(name.slice(0, 4)))
  const named = known.length > listable && alike.length > 0 ? alike : known
  return new InputError(at(path, name), `is not known; known here: ${named.join(', ')}`)
}

function objectAt(value: unknown, path: string): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Readonly<Record<string, unknown>>
  }
  throw new InputError(path, path === '' ? 'a JSON object belongs here' : 'has to be an object')
}

function at(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`
}

/** JSON as a value. @throws InputError which says where it cannot be read */
export function parseJson(source: string): unknown {
  try {
    return JSON.parse(source)
  } catch (cause) {
    const reason = (cause as Error).message.replaceAll(/\s+/g, ' ')
    throw new InputError('', `this is not JSON: ${reason}`, { cause })
  }
}
