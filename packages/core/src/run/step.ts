import {
  type AccountCall,
  accountOperations,
  mayBeRepeated as mayOryCallBeRepeated,
  type OAuth2ClientBody,
  type OryCall,
  operations,
} from '../ory/index.ts'
import type { SecretVersions } from '../ports/index.ts'
import type { Derivation } from './derivation.ts'

type SecretMethod = 'cancelRotation' | 'delete'

/** A call to Secrets Manager, as data: a method of the port and its arguments. */
export type SecretCall = {
  readonly [Method in SecretMethod]: {
    readonly op: `secrets.${Method}`
    readonly params: Parameters<SecretVersions[Method]>
  }
}[SecretMethod]

/** Puts a new credential of a client into a version of its secret, as AWSPENDING; in no plan or row. */
export interface NewCredentialCall {
  readonly op: 'secrets.put'
  readonly params: {
    readonly secret_id: string
    readonly version_id: string
    readonly client_id: string
  }
}

/** Where a credential is kept. */
export interface KeptCredential {
  readonly arn: string
  readonly versionId: string
}

/** Creates a client whose id is known: one that is there already is left as it is. */
export interface CreateClientCall {
  readonly op: 'createOAuth2Client'
  readonly params: { readonly body: OAuth2ClientBody & { readonly client_id: string } }
  /** Where its secret is taken from once the call is made; absent: it has none. */
  readonly credential?: KeptCredential
}

/** A message for the workflow's own queue, as data. */
export interface MessageCall {
  readonly op: 'queue.send'
  readonly params: { readonly body: string; readonly derived?: Derivation }
}

/** Anything a step can do. */
export type Call =
  | OryCall
  | AccountCall
  | CreateClientCall
  | SecretCall
  | NewCredentialCall
  | MessageCall

/**
 * What can be said of a step that was accepted: the name of the count that shows it gone
 * afterwards, or that there is nothing to look at (`acknowledged`), or that somebody else was
 * asked to act (`requested`, such as a message that is worked on later).
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

interface Told<Count extends string> {
  /** Names the step within its row; two plans of one event name the same step alike. */
  readonly key: string
  /** Which parameter chooses what the calls act on: `sid`, `subject`. Never its value. */
  readonly by: string
  /** What the calls end, what they are made for first. */
  readonly ends: readonly [Ending<Count>, ...Ending<Count>[]]
  /**
   * Whether the step proves nothing: a refusal is told in the receipt instead of stopping the plan,
   * and so is a call that Ory fails (5xx) or leaves without an answer, from the second delivery on.
   */
  readonly bestEffort?: boolean
  /** Whether what it ends could not be looked at: what is seen of it later is not a count of what was there. */
  readonly blindly?: boolean
  /**
   * Of a step that proves nothing: no call of it is begun, or waited for, so long after the first
   * call for the event, in milliseconds. What is left is told as not done, and the plan goes on.
   */
  readonly withinMs?: number
  /**
   * Of a step that proves nothing: it stands beside the plan, so that no failure of it, whatever it
   * is, keeps the other steps waiting; how long a call of it may take, in milliseconds. A failure is
   * waited for once everything else is done, and told in the receipt from the second delivery on.
   */
  readonly asideMs?: number
  /**
   * Of a group: a call that fails for itself keeps no other waiting. One that is refused for good is
   * stepped over, however many are; a 5xx or no answer is until so many have failed in a row. Failures
   * are waited for once everything else is done.
   */
  readonly apart?: { readonly failuresInARow: number; readonly callMs: number }
}

/** One call, which is made in every attempt that plans it. */
export interface SingleStep<Count extends string = string> extends Told<Count> {
  readonly call: Call
}

/**
 * Calls of one operation, each about a thing of its own, in any order and several at a time. What
 * is done is not planned again.
 */
export interface GroupStep<Count extends string = string> extends Told<Count> {
  readonly calls: readonly Call[]
  /** Whether every attempt plans all of them again, as nobody can look which of them are done. */
  readonly everyAttempt?: true
}

/** Calls still to be made, and how they are told afterwards. Nothing has run yet. */
export type Step<Count extends string = string> = SingleStep<Count> | GroupStep<Count>

export function callsOf(step: Step): readonly Call[] {
  return 'calls' in step ? step.calls : [step.call]
}

/** Whether a call that was made twice has done no more than once, and its second answer says so. */
export function mayBeRepeated(call: Call): boolean {
  return !isOryCall(call) || mayOryCallBeRepeated(call)
}

/** Whether a call is to Ory's OAuth2 API, whose rate limits are known and shared. */
export function isOryCall(call: Call): call is OryCall | CreateClientCall {
  return Object.hasOwn(operations, call.op)
}

/** Whether a call is about what a user has at Ory besides OAuth2. */
export function isAccountCall(call: Call): call is AccountCall {
  return Object.hasOwn(accountOperations, call.op)
}
