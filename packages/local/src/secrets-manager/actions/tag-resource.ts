import { type Input, requiredString } from '../input.ts'
import { getLiveSecret, type Store } from '../store.ts'
import { readTags } from '../tags.ts'

/** TagResource: adds tags, and overwrites those whose key is there. */
export function tagResource(store: Store, input: Input): object {
  const secret = getLiveSecret(store, requiredString(input, 'SecretId'))
  for (const [key, value] of readTags(input)) secret.tags.set(key, value)
  return {}
}
