import type { OryCall } from '../ory/index.ts'
import type { SecretVersions } from '../ports/index.ts'

type SecretMethod = 'cancelRotation' | 'delete'

/** A call to Secrets Manager, as data: a method of the port and its arguments. */
export type SecretCall = {
  readonly [Method in SecretMethod]: {
    readonly op: `secrets.${Method}`
    readonly params: Parameters<SecretVersions[Method]>
  }
}[SecretMethod]

/** A message for the workflow's own queue, as data. */
export interface MessageCall {
  readonly op: 'queue.send'
  readonly params: { readonly body: string }
}

/** Anything a step can do. */
export type Call = OryCall | SecretCall | MessageCall

/**
 * What can be said of a step that was accepted: the name of the count that shows it gone
 * afterwards, or that there is nothing to look at (`acknowledged`), or that somebody else was
 * asked to act (`requested`, such as a back-channel logout).
 */
export type Evidence<Count extends string> =
  | { readonly seenIn: Count }
  | 'acknowledged'
  | 'requested'

/** One thing a step ends, and how far that can be proven. */
export interface Ending<Count extends string = string> {
  readonly what: string
  readonly evidence: Evidence<Count>
}

/** A call still to be made, and how it is told afterwards. Nothing has run yet. */
export interface Step<Count extends string = string> {
  /** Names the step within its row; two plans of one event name the same step alike. */
  readonly key: string
  readonly call: Call
  /** Which parameter chooses what the call acts on: `sid`, `subject`. Never its value. */
  readonly by: string
  /** What the call ends, what it is made for first. */
  readonly ends: readonly [Ending<Count>, ...Ending<Count>[]]
  /** An id to plan the step again from, where that is not the subject. Dropped with the receipt. */
  readonly target?: string
  /** Whether a refusal of this step is told in the receipt instead of stopping the plan. */
  readonly bestEffort?: boolean
}
