import type { Json, OAuth2Client, OAuth2ClientPatch, StringList } from '../../ory/index.ts'
import { holdsSuspendedType, suspendedType } from '../../protection/index.ts'

/** Where a suspended client keeps what it was: a member of its `metadata`. */
const marker = 'lapse_suspended'

/** What a client may be granted; a suspended one goes back to it. */
interface GrantLists {
  readonly grant_types: readonly string[]
  readonly response_types: readonly string[]
}

/** Whether nothing can be granted to the client any more, and what it was is known. */
export function isSuspended(client: OAuth2Client): boolean {
  return isFrozen(client) && isMarked(client)
}

/** Whether both lists are the placeholder, marked or not. */
export function isFrozen({ grant_types, response_types }: OAuth2Client): boolean {
  return [grant_types, response_types].every(
    (list) => list?.length === 1 && holdsSuspendedType(list),
  )
}

/** Whether the marker is there, whatever somebody has done to the lists since. */
export function isMarked(client: OAuth2Client): boolean {
  return savedLists(client) !== undefined
}

/** Whether a list holds the placeholder, and nobody knows what stood there before. */
export function isMarkerMissing(client: OAuth2Client): boolean {
  return ownLists(client) === undefined
}

/** Whether the marker finds room: `metadata` may be any JSON. */
export function canBeMarked({ metadata }: OAuth2Client): boolean {
  return metadata === undefined || isObject(metadata)
}

/**
 * One patch that freezes a client and saves what it was; it may be repeated.
 * @throws Error where nobody knows what it was: see `isMarkerMissing`
 */
export function freeze(client: OAuth2Client): OAuth2ClientPatch[] {
  const lists = ownLists(client)
  if (lists === undefined) throw new Error('what the client was before is not known')

  return [
    { op: 'add', path: `/metadata/${marker}`, value: lists },
    { op: 'replace', path: '/grant_types', value: [suspendedType] },
    { op: 'replace', path: '/response_types', value: [suspendedType] },
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

/** A suspended client as it was before; any other one as it is. */
export function beforeSuspension(client: OAuth2Client): OAuth2Client {
  const { metadata } = client
  if (!isSuspended(client) || !isObject(metadata)) return client
  const { [marker]: saved, ...others } = metadata
  return { ...client, ...(saved as unknown as GrantLists), metadata: others as Json }
}

/**
 * What the client may be granted by its own lists, and by what was saved where the placeholder
 * stands in for one; `undefined` where nothing was.
 */
function ownLists(client: OAuth2Client): GrantLists | undefined {
  const saved = savedLists(client)
  const grant_types = ownList(client.grant_types, saved?.grant_types)
  const response_types = ownList(client.response_types, saved?.response_types)
  return grant_types && response_types && { grant_types, response_types }
}

function ownList(
  list: StringList | undefined,
  saved: readonly string[] | undefined,
): readonly string[] | undefined {
  if (!holdsSuspendedType(list)) return list ?? []
  const added = list.filter((type) => type !== suspendedType)
  return added.length > 0 ? added : saved
}

/** The placeholder is never what a client was. */
function savedLists({ metadata }: OAuth2Client): GrantLists | undefined {
  const saved = isObject(metadata) ? metadata[marker] : undefined
  if (!isObject(saved)) return undefined

  const { grant_types, response_types } = saved
  if (!isList(grant_types) || !isList(response_types)) return undefined
  return holdsSuspendedType(grant_types) || holdsSuspendedType(response_types)
    ? undefined
    : { grant_types, response_types }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string')
}
