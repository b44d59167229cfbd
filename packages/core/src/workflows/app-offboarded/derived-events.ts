import type { Identified, OwnerOffboarded, OwnerPartsOffboarded } from '../../events/index.ts'

/**
 * An event that lapse sends itself, about a part of what an owner's event is about. It has the same
 * id and content every time it is derived, whichever message sends it, so that it has one receipt.
 */
export interface DerivedEvent extends Identified {
  readonly time: string
}

type OwnersEvent = OwnerOffboarded | OwnerPartsOffboarded

const partsSuffix = '/parts'

/** The event for one client of the owner; it holds neither the issuers nor the secrets. */
export function eventForClient(event: OwnersEvent, owner: string, clientId: string): DerivedEvent {
  const data = { ...sharedData(event), client_id: clientId, of_owner: owner }
  return derived(event, `/client/${clientId}`, data)
}

/** The event for the owner's clients after one, in the order of their ids. */
export function eventForRest(event: OwnerOffboarded, clientId: string): DerivedEvent {
  const data = { ...sharedData(event), owner: event.owner, after_client_id: clientId }
  return derived(event, `/after/${clientId}`, data)
}

/** The event for the issuers and secrets that the owner's event names. */
export function eventForParts(event: OwnerOffboarded): DerivedEvent {
  const { issuers, secret_ids } = event.data
  const data = { ...sharedData(event), parts_of_owner: event.owner, issuers, secret_ids }
  return derived(event, partsSuffix, data)
}

/** The event as a queue message's body. */
export function bodyOf(event: DerivedEvent): string {
  return JSON.stringify({ specversion: '1.0', ...event })
}

/** What every derived event has of its root's content. */
function sharedData({ data }: OwnersEvent): object {
  const {
    owner: _owner,
    parts_of_owner: _partsOfOwner,
    after_client_id: _after,
    issuers: _issuers,
    secret_ids: _secretIds,
    ...shared
  } = data
  return shared
}

function derived(event: OwnersEvent, suffix: string, data: object): DerivedEvent {
  const { source, type, time } = event
  return { id: `${rootOf(event)}${suffix}`, source, type, time, data }
}

/** A publisher's id may be anything: only what was added to it here is taken off. */
function rootOf(event: OwnersEvent): string {
  const { id } = event
  const added = addedTo(event)
  return added !== undefined && id.endsWith(added) ? id.slice(0, -added.length) : id
}

function addedTo(event: OwnersEvent): string | undefined {
  if ('partsOfOwner' in event) return partsSuffix
  return event.afterClientId === undefined ? undefined : `/after/${event.afterClientId}`
}
