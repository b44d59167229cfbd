import { SecretsManagerError } from './errors.ts'

/** The body of one call, as it came over the wire. */
export type Input = Readonly<Record<string, unknown>>

/** Reads a whole body: a JSON object or a `SerializationException`. */
export function parseInput(text: string): Input {
  try {
    const value: unknown = JSON.parse(text)
    if (isObject(value)) return value
  } catch {
    // Falls through: not JSON and not an object are the same refusal.
  }
  throw new SecretsManagerError('SerializationException', 'The body is not a JSON object.')
}

export function isObject(value: unknown): value is Input {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A member that must be there. */
export function requiredString(input: Input, member: string): string {
  const value = optionalString(input, member)
  if (value === undefined || value === '') {
    throw new SecretsManagerError('ValidationException', `'${member}' must not be null or empty.`)
  }
  return value
}

export function optionalString(input: Input, member: string): string | undefined {
  return read(input, member, 'a string', (value) => typeof value === 'string')
}

export function optionalNumber(input: Input, member: string): number | undefined {
  return read(input, member, 'a number', (value) => typeof value === 'number')
}

export function optionalBoolean(input: Input, member: string, fallback = false): boolean {
  return read(input, member, 'a boolean', (value) => typeof value === 'boolean') ?? fallback
}

export function optionalObject(input: Input, member: string): Input | undefined {
  return read(input, member, 'an object', isObject)
}

export function optionalStrings(input: Input, member: string): readonly string[] | undefined {
  return read(
    input,
    member,
    'a list of strings',
    (value): value is string[] =>
      Array.isArray(value) && value.every((entry) => typeof entry === 'string'),
  )
}

export function optionalObjects(input: Input, member: string): readonly Input[] | undefined {
  return read(
    input,
    member,
    'a list of objects',
    (value): value is Input[] => Array.isArray(value) && value.every(isObject),
  )
}

function read<T>(
  input: Input,
  member: string,
  kind: string,
  fits: (value: unknown) => value is T,
): T | undefined {
  const value = input[member]
  if (value === undefined || value === null) return undefined
  if (fits(value)) return value
  throw new SecretsManagerError('SerializationException', `'${member}' must be ${kind}.`)
}
