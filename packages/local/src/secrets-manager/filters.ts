import { SecretsManagerError } from './errors.ts'
import { type Input, optionalObjects, optionalStrings, requiredString } from './input.ts'
import type { Secret } from './store.ts'

/** What each filter compares with the start of a value. */
const FILTERS: Readonly<Record<string, (secret: Secret) => readonly string[]>> = {
  description: ({ description }) => (description === undefined ? [] : [description]),
  name: ({ name }) => [name],
  'tag-key': ({ tags }) => [...tags.keys()],
  'tag-value': ({ tags }) => [...tags.values()],
}

/** Reads a ListSecrets call's filters: a secret meets all of them, with one of each one's values. */
export function readFilters(input: Input): (secret: Secret) => boolean {
  const filters = (optionalObjects(input, 'Filters') ?? []).map(readFilter)
  return (secret) => filters.every((meets) => meets(secret))
}

function readFilter(filter: Input): (secret: Secret) => boolean {
  const candidates = filterNamed(requiredString(filter, 'Key'))
  const prefixes = optionalStrings(filter, 'Values') ?? []
  return (secret) =>
    candidates(secret).some((text) => prefixes.some((prefix) => text.startsWith(prefix)))
}

function filterNamed(key: string): (secret: Secret) => readonly string[] {
  const filter = FILTERS[key]
  if (filter !== undefined) return filter
  throw new SecretsManagerError('InvalidParameterException', `There is no filter ${key} here.`)
}
