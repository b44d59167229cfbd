import type { OAuth2Client, OAuth2ClientPatch, StringList } from '../../ory/index.ts'

/** Where a suspended client keeps what it was: a member of its `metadata`. */
export const marker = 'lapse_suspended'

/**
 * No grant and no response has this type. An empty list would mean `authorization_code` and
 * `code`, so something has to stand there.
 */
const placeholder = ['lapse:suspended']

/** What a suspended client goes back to. */
interface SavedLists {
  readonly grant_types: StringList
  readonly response_types: StringList
}

/** Whether nothing can be granted to the client any more, and what it was is known. */
export function isSuspended(client: OAuth2Client): boolean {
  return isFrozen(client) && savedLists(client) !== undefined
}

/** Whether both lists are the placeholder, marked or not. */
export function isFrozen({ grant_types, response_types }: OAuth2Client): boolean {
  return [grant_types, response_types].every((list) => equal(list, placeholder))
}

/** Whether the marker is there, whatever somebody has done to the lists since. */
export function isMarked(client: OAuth2Client): boolean {
  return savedLists(client) !== undefined
}

/** Whether the marker finds room: `metadata` may be any JSON. */
export function canBeMarked({ metadata }: OAuth2Client): boolean {
  return metadata === undefined || isObject(metadata)
}

/** One patch that freezes a client and saves what it was; it may be repeated. */
export function freeze({ grant_types, response_types }: OAuth2Client): OAuth2ClientPatch[] {
  const saved = { grant_types: grant_types ?? [], response_types: response_types ?? [] }
  return [
    { op: 'add', path: `/metadata/${marker}`, value: saved },
    { op: 'replace', path: '/grant_types', value: placeholder },
    { op: 'replace', path: '/response_types', value: placeholder },
  ]
}

/** One patch that takes a client back to what it was. */
export function restore(client: OAuth2Client): OAuth2ClientPatch[] {
  const { grant_types, response_types } = savedLists(client) ?? {
    grant_types: [],
    response_types: [],
  }
  return [
    { op: 'replace', path: '/grant_types', value: grant_types },
    { op: 'replace', path: '/response_types', value: response_types },
    { op: 'remove', path: `/metadata/${marker}` },
  ]
}

function savedLists({ metadata }: OAuth2Client): SavedLists | undefined {
  const saved = isObject(metadata) ? metadata[marker] : undefined
  if (!isObject(saved)) return undefined

  const { grant_types, response_types } = saved
  return isList(grant_types) && isList(response_types) ? { grant_types, response_types } : undefined
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string')
}

function equal(one: StringList | undefined, other: readonly string[]): boolean {
  return one?.length === other.length && other.every((item, index) => one[index] === item)
}
