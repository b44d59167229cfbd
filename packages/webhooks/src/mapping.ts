import { EventError } from '@lapse/core/errors'
import { type Context, cloudEventOf } from './cloud-event.ts'
import { type Message, messageOf } from './message.ts'
import { memberAt } from './payload.ts'
import { refuseReplayable } from './replayable.ts'
import type { EventMapping, Source } from './source.ts'

/** What a verified payload holds. */
export interface Reading {
  readonly messages: readonly Message[]
  /** How many payloads are no event of ours, and need not be. */
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
  if (mapping !== undefined && holds(payload, mapping)) return mapping
  if (source.others === 'ignored') return undefined
  const taken = Object.keys(source.events).join(', ')
  throw new EventError(`unexpected-type: this source takes ${taken}`)
}

function holds(payload: unknown, mapping: EventMapping): boolean {
  if (!('where' in mapping) || mapping.where === undefined) return true
  return mapping.where.is.includes(memberAt(payload, mapping.where.member))
}

function read(payload: unknown, mapping: EventMapping, id: string, context: Context): Message {
  const unchecked = cloudEventOf(payload, mapping, id, context)
  const { source, proof, subjectField, now } = context
  if (source.scheme.replayable) refuseReplayable(unchecked, proof.at)
  return messageOf(unchecked.event, unchecked.type, subjectField, now)
}
