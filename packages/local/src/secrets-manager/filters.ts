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

/** Whether a secret meets every filter of a ListSecrets call; one of a filter's values is enough. */
export function matchesFilters(secret: Secret, input: Input): boolean {
  return (optionalObjects(input, 'Filters') ?? []).every((filter) => {
    const candidates = filterNamed(requiredString(filter, 'Key'))(secret)
    const prefixes = optionalStrings(filter, 'Values') ?? []
    return candidates.some((text) => prefixes.some((prefix) => text.startsWith(prefix)))
  })
}

function filterNamed(key: string): (secret: Secret) => readonly string[] {
  const filter = FILTERS[key]
  if (filter !== undefined) return filter
  throw new SecretsManagerError('InvalidParameterException', `There is no filter ${key} here.`)
}
