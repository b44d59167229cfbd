import { EventError } from '@lapse/core/errors'
import { type Context, cloudEventOf } from './cloud-event.ts'
import { type Message, messageOf } from './message.ts'
import { memberAt } from './payload.ts'
import { refuseReplayable } from './replayable.ts'
import { scimBoolean } from './scim-boolean.ts'
import type { EventMapping, Source } from './source.ts'

/** What a verified payload holds. */
export interface Reading {
  readonly messages: readonly Message[]
  /** How many payloads are passed over: no event of ours, and not meant to be one. */
  readonly ignored: number
  readonly isBatch: boolean
}

/**
 * Every event that a payload holds.
 * @throws EventError where one of them cannot be read: then none of them is queued
 */
export function readEvents(payload: unknown, context: Context): Reading {
  const isBatch = Array.isArray(payload) && context.source.arrays === 'batches'
  const payloads: readonly unknown[] = isBatch ? payload : [payload]
  const messages = payloads.flatMap((one, index) => {
    const mapping = mappingOf(one, context.source)
    const id = isBatch ? `${context.proof.id}-${index}` : context.proof.id
    return mapping === undefined ? [] : read(one, mapping, id, context)
  })
  return { messages, ignored: payloads.length - messages.length, isBatch }
}

/** @returns `undefined` for a payload that is passed over */
function mappingOf(payload: unknown, source: Source): EventMapping | undefined {
  const type = memberAt(payload, source.type)
  if (typeof type !== 'string') throw new EventError('malformed-event: it does not say its type')

  const mapping = Object.hasOwn(source.events, type) ? source.events[type] : undefined
  if (mapping !== undefined) return holds(payload, mapping) ? mapping : undefined
  if (source.passedOver?.includes(type)) return undefined
  const taken = Object.keys(source.events).join(', ')
  throw new EventError(`unexpected-type: this source takes ${taken}`)
}

/** @throws EventError where what should say so is not a boolean */
function holds(payload: unknown, mapping: EventMapping): boolean {
  if (!('where' in mapping) || mapping.where === undefined) return true
  const { member, is } = mapping.where
  const stated = memberAt(payload, member) ?? undefined
  if (stated === undefined) return false
  const said = scimBoolean(stated)
  if (said !== undefined) return said === is
  throw new EventError(`malformed-event: ${[member].flat().join('.')} is not a boolean`)
}

function read(payload: unknown, mapping: EventMapping, id: string, context: Context): Message {
  const unchecked = cloudEventOf(payload, mapping, id, context)
  const { source, proof } = context
  if (source.scheme.replayable) refuseReplayable(unchecked, proof.at)
  return messageOf(unchecked.event, unchecked.type, context)
}
