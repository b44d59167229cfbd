import { isDeepStrictEqual } from 'node:util'
import type { Attributes } from '../ports/index.ts'
import type { Derivation, Pass } from '../run/index.ts'
import { textOfTime, timeOf, toleranceMs } from './attribute-time.ts'
import type { Message } from './message.ts'
import { redrivenBy, timesRedriven } from './redriven.ts'
import { digestOf, seal, unseal, unverified } from './seal.ts'
import type { Waiting } from './waiting.ts'
import { waitingAttributes, waitingNames, waitingOf } from './waiting-attributes.ts'

/** What lapse itself says of a message, beside the body. Times are milliseconds since the epoch. */
export interface Envelope {
  readonly pass: Pass
  /** Absolute: a follow-up hops through the queue's delay until then. */
  readonly notBefore?: number | undefined
  /** What the first pass called the event in the ledger. */
  readonly eventKey?: string | undefined
  /** Absent where it never had to wait, or where its time begins anew. */
  readonly waiting?: Waiting | undefined
  /** Where lapse derived the event from another. */
  readonly derived?: Derivation | undefined
  /** How many messages in a row lapse sent itself before this one. */
  readonly copies: number
  /** How often it was sent back from a DLQ by then; absent: never. */
  readonly redriven?: number | undefined
}

/** What a message says where lapse has said nothing. */
export const unsaid: Envelope = { pass: 'first', copies: 0 }

/** The longest a queue delays a message. */
export const longestDelaySeconds = 900

const names = {
  pass: 'lapse-pass',
  notBefore: 'lapse-not-before',
  eventKey: 'lapse-event-key',
} as const

/** Holds everything that lapse says, under its MAC. */
export const sealName = 'lapse-envelope'

/** Why a message was put on the DLQ. */
export const reasonName = 'lapse-reason'

/** The id a message had before it was copied to the DLQ. */
export const messageIdName = 'lapse-message-id'

const lastingNames: readonly string[] = Object.values(names)

/** What is under the seal: every attribute as it is printed, and what stands nowhere else. */
interface Sealed extends Pick<Envelope, 'derived' | 'copies' | 'redriven'> {
  readonly attributes: Attributes
  /** Of the body. */
  readonly sha256: string
}

/** The envelope as attributes of a message with this body that is sent now. */
export function attributesOf(
  envelope: Envelope,
  { body, ledgerKey, now }: { body: string; ledgerKey: Uint8Array; now: number },
): Attributes {
  const { pass, notBefore, eventKey, waiting, derived, copies, redriven } = envelope
  const attributes = {
    [names.pass]: pass,
    ...(notBefore !== undefined && { [names.notBefore]: textOfTime(notBefore) }),
    ...(eventKey !== undefined && { [names.eventKey]: eventKey }),
    ...(waiting !== undefined && waitingAttributes(waiting, now)),
  }
  const sealed: Sealed = { attributes, copies, derived, redriven, sha256: digestOf(body) }
  return { ...attributes, [sealName]: seal(sealed, body, ledgerKey) }
}

/** What may be believed of what a message says, and whether that is all of it. */
export interface ReadEnvelope {
  readonly envelope: Envelope
  readonly isWhole: boolean
}

/**
 * Reads what `attributesOf` wrote. What its seal does not bear out is as if it were not there. Of how
 * a message waited the seal's word counts: a copy that was made without the ledger key has an older
 * one. All waiting and all copies of a message that was on a DLQ are over: whoever sends it back
 * gives it its time anew.
 */
export function readEnvelope(
  message: Message,
  ledgerKeys: readonly Uint8Array[],
  now: number,
): ReadEnvelope {
  const { attributes, body } = message
  const sealed = unseal(attributes[sealName] ?? '', body, ledgerKeys) as Sealed | undefined
  const isSame = (some: readonly string[]) =>
    isDeepStrictEqual(chosen(attributes, some), chosen(sealed?.attributes ?? {}, some))
  if (sealed === undefined || !isSame(lastingNames)) {
    const envelope = { ...unsaid, redriven: redrivenBy(attributes) || undefined }
    return { envelope, isWhole: saysNothing(attributes) }
  }

  const { derived, copies, redriven = 0 } = sealed
  const isBack = isSentBack(attributes, redriven)
  const said = readAttributes({ ...whereSent(message, now), attributes: sealed.attributes }, now)
  return {
    envelope: {
      ...said,
      ...(isBack && { waiting: undefined }),
      derived,
      copies: isBack ? 0 : copies,
      redriven: Math.max(redrivenBy(attributes), redriven) || undefined,
    },
    // How it waited is over with a redrive, and may have been left out to make room.
    isWhole: isBack || isSame(waitingNames),
  }
}

/**
 * Whether a message comes from a DLQ: lapse had given it up, or it was redriven once more than when
 * its seal was made. What SQS had moved and moves back by itself shows by its time alone.
 */
function isSentBack(attributes: Attributes, redrivenBefore: number): boolean {
  return attributes[reasonName] !== undefined || redrivenBy(attributes) > redrivenBefore
}

/**
 * A copy that was made without the ledger key has a seal that was sent earlier: whether SQS has moved
 * it since is for the newer time beside it to say.
 */
function whereSent(message: Message, now: number): Message {
  const { sentAt: _sentAt, ...undated } = message
  return waitingOf(message, now) === undefined ? message : undated
}

/**
 * What a message says that its event is called in the ledger, where all that it says fits together,
 * although nobody can verify it: for the ledger to say whether it is so, where the key that sealed
 * it is known no more.
 */
export function claimedKey({ attributes, body }: Message): string | undefined {
  const sealed = Object(unverified(attributes[sealName] ?? '')) as Partial<Sealed>
  const said = Object(sealed.attributes) as Attributes
  const isSame = isDeepStrictEqual(chosen(attributes, lastingNames), chosen(said, lastingNames))
  return isSame && sealed.sha256 === digestOf(body) ? said[names.eventKey] : undefined
}

/** What a message says that nobody can verify yet: good for waiting until somebody can. */
export function unverifiedEnvelope(message: Message, now: number): Envelope {
  const said = readAttributes(message, now)
  const { attributes } = message
  const isBack = isSentBack(attributes, timesRedriven({}, attributes[sealName]))
  return { ...said, ...(isBack && { waiting: undefined }), copies: 0 }
}

/** What a copy of a message says that nobody can verify yet: the same, seal included. */
export function carriedAttributes(
  { attributes }: Message,
  waiting: Waiting | undefined,
  now: number,
): Attributes {
  return {
    ...chosen(attributes, [...lastingNames, sealName]),
    ...(waiting !== undefined && waitingAttributes(waiting, now)),
  }
}

function readAttributes(message: Message, now: number): Omit<Envelope, 'copies'> {
  const { attributes } = message
  const eventKey = attributes[names.eventKey]
  return {
    pass: isCalledFollowUp(message) ? 'follow-up' : 'first',
    notBefore: timeOf(attributes[names.notBefore]),
    eventKey: /^[0-9a-f]{64}$/.test(eventKey ?? '') ? eventKey : undefined,
    waiting: waitingOf(message, now),
  }
}

/** Whether a message calls itself a follow-up; anybody could say so. */
export function isCalledFollowUp({ attributes }: Message): boolean {
  return attributes[names.pass] === 'follow-up'
}

/** Whether a message calls itself one that lapse derived from another; anybody could say so. */
export function isCalledDerived({ attributes }: Pick<Message, 'attributes'>): boolean {
  const sealed = Object(unverified(attributes[sealName] ?? '')) as Partial<Sealed>
  return sealed.derived !== undefined
}

function saysNothing(attributes: Attributes): boolean {
  const all = [...lastingNames, ...waitingNames, sealName]
  return Object.keys(chosen(attributes, all)).length === 0
}

function chosen(attributes: Attributes, some: readonly string[]): Attributes {
  return Object.fromEntries(
    some.flatMap((name) => (attributes[name] === undefined ? [] : [[name, attributes[name]]])),
  )
}

const hourMs = 60 * 60_000

/**
 * What is believed of an envelope on a queue whose workflow runs again after `followUpAfterMs`;
 * absent: never. Settings may have changed since it was sealed.
 */
export function believed(
  envelope: Envelope,
  followUpAfterMs: number | undefined,
  now: number,
): Envelope {
  const { pass, notBefore = 0 } = envelope
  if (followUpAfterMs === undefined || pass === 'first')
    return { ...envelope, pass: 'first', notBefore: undefined, eventKey: undefined }
  // An hour at least: follow-ups that were sent under a longer setting keep their time.
  const latest = now + Math.max(followUpAfterMs, hourMs) + toleranceMs
  return notBefore > latest ? { ...envelope, notBefore: undefined } : envelope
}

/** Whole seconds of delay that end no earlier than `time`, or the longest hop towards it. */
export function delaySecondsUntil(time: number, now: number): number {
  return Math.min(longestDelaySeconds, Math.max(0, Math.ceil((time - now) / 1000)))
}
