import { type Input, optionalObjects, optionalString, requiredString } from './input.ts'

/** The tags in a call's body, by key. */
export function readTags(input: Input): Map<string, string> {
  const tags = optionalObjects(input, 'Tags') ?? []
  return new Map(
    tags.map((tag) => [requiredString(tag, 'Key'), optionalString(tag, 'Value') ?? '']),
  )
}

/** Tags as they travel. */
export function writeTags(tags: ReadonlyMap<string, string>): object[] {
  return [...tags].map(([Key, Value]) => ({ Key, Value }))
}
