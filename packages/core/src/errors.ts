/**
 * Every error lapse throws on purpose, on one page.
 *
 * A class says what the queue should do next: errors with `waitsFor` are deferred until what they
 * name is there again, other `retryable` ones are tried again, the rest can never succeed and go to
 * the DLQ.
 * `code` and `name` never change; messages are for people, and carry no token, secret, subject
 * or whole message body.
 */
export abstract class LapseError extends Error {
  /** Stable, for programs and alarms. */
  abstract readonly code: `ERR_${string}`
  /** Whether the same message may succeed later without anybody's help. */
  abstract readonly retryable: boolean
  /** Whether our own deployment is at fault: alarmed and deferred, never dead-lettered on sight. */
  readonly configuration: boolean = false
  /** What has to change before the same message can succeed; absent where waiting is of no use. */
  readonly waitsFor: WaitingCause | undefined = undefined
}

/**
 * What a message waits for: our own deployment, Ory, or AWS. What a lease, the time of an
 * invocation or the budget does to a message is AWS's.
 */
export type WaitingCause = 'deployment' | 'ory' | 'aws'

/** A setting is missing or malformed; the message names it and says what to do. */
export class ConfigError extends LapseError {
  override readonly name = 'ConfigError'
  override readonly code = 'ERR_CONFIG'
  override readonly retryable = true
  override readonly configuration = true
  override readonly waitsFor = 'deployment'
  /** Whether AWS does not let us use what was named, or even see whether it is there. */
  readonly denied: boolean
  /** AWS's name for it, where it is AWS that says so. */
  readonly failure: string | undefined

  constructor(message: string, options?: ErrorOptions & { denied?: boolean; failure?: string }) {
    super(message, options)
    this.denied = options?.denied ?? false
    this.failure = options?.failure
  }
}

/** A message is not the event it claims to be. `reason` is short, stable and safe to show. */
export class EventError extends LapseError {
  override readonly name = 'EventError'
  override readonly code = 'ERR_EVENT'
  override readonly retryable = false
  readonly reason: string

  constructor(reason: string, options?: ErrorOptions) {
    super(reason, options)
    this.reason = reason
  }
}

/** What an event asks for may not be done. `reason` is short, stable and safe to show. */
export class RefusedError extends LapseError {
  override readonly name = 'RefusedError'
  override readonly code = 'ERR_REFUSED'
  override readonly retryable = false
  readonly reason: string

  constructor(reason: string, options?: ErrorOptions) {
    super(reason, options)
    this.reason = reason
  }
}

/**
 * Why an argument is refused, where programs have to know: `unaddressable-id` is an id that no path
 * leads to, or that may lead to another one.
 */
export type OryArgumentReason = 'unaddressable-id'

/** A call was refused before any request was made: a parameter is empty, missing or unsafe. */
export class OryArgumentError extends LapseError {
  override readonly name = 'OryArgumentError'
  override readonly code = 'ERR_ORY_ARGUMENT'
  override readonly retryable = false
  readonly operation: string
  readonly parameter: string
  readonly reason: OryArgumentReason | undefined

  constructor(operation: string, parameter: string, problem: string, reason?: OryArgumentReason) {
    super(`${operation}: ${parameter} ${problem}`)
    this.operation = operation
    this.parameter = parameter
    this.reason = reason
  }
}

/**
 * Ory answered for another client or identity than the one that was asked for, or listed what belongs
 * to another owner or issuer: nothing may go on from here.
 */
export class OryMismatchError extends LapseError {
  override readonly name = 'OryMismatchError'
  override readonly code = 'ERR_ORY_MISMATCH'
  override readonly retryable = false
  readonly operation: string

  constructor(operation: string, what = 'client') {
    super(`${operation} was answered for another ${what} than the one asked for`)
    this.operation = operation
  }
}

/** What an Ory error body said, from either of its two shapes, already scrubbed of what was sent. */
export interface OryErrorBody {
  /** The `error` string, or the edge envelope's message. */
  readonly error?: string
  readonly error_description?: string
}

/** Ory answered, and the answer was an error of this request (not of our deployment). */
export class OryApiError extends LapseError {
  override readonly name = 'OryApiError'
  override readonly code = 'ERR_ORY_API'
  override readonly retryable: boolean
  override readonly waitsFor: 'ory' | undefined
  readonly operation: string
  /** The HTTP status that Ory sent. */
  readonly status: number
  readonly body: OryErrorBody
  /**
   * A 404 whose body is Ory's row-level one: the thing is gone, the route exists. So is a 400 of the
   * identity provider for an id that is not a UUID, which no identity has.
   */
  readonly rowMissing: boolean
  /** How long the server asked us to wait, in milliseconds; set where an answer said so. */
  readonly retryAfterMs: number | undefined
  /**
   * Whether the work may have been done nevertheless: where a server gave up (5xx, 499), or where
   * an earlier attempt of the same call was left without an answer.
   */
  readonly mayHaveRun: boolean

  constructor(
    operation: string,
    answer: {
      status: number
      body: OryErrorBody
      retryable: boolean
      rowMissing?: boolean
      retryAfterMs?: number | undefined
      mayHaveRun?: boolean
    },
    options?: ErrorOptions,
  ) {
    const said = answer.body.error === undefined ? '' : `: ${answer.body.error}`
    super(`${operation} was answered ${answer.status}${said}`, options)
    this.operation = operation
    this.status = answer.status
    this.body = answer.body
    this.retryable = answer.retryable
    this.waitsFor = answer.retryable ? 'ory' : undefined
    this.rowMissing = answer.rowMissing ?? false
    this.retryAfterMs = answer.retryAfterMs
    this.mayHaveRun = answer.mayHaveRun ?? false
  }
}

/** Why a server is out of our reach although nothing is wrong with the request. */
export type OryConfigurationReason =
  | 'unauthorized'
  | 'forbidden'
  | 'route-not-found'
  | 'redirected'
  | 'dns'
  | 'tls'

/** The server, the key or the URL we were given is wrong: a person has to mend the deployment. */
export class OryConfigurationError extends LapseError {
  override readonly name = 'OryConfigurationError'
  override readonly code = 'ERR_ORY_CONFIGURATION'
  override readonly retryable = true
  override readonly configuration = true
  override readonly waitsFor = 'deployment'
  readonly operation: string
  readonly reason: OryConfigurationReason
  /** The HTTP status, where there was an answer. */
  readonly status: number | undefined
  /** Where the server does not know it: the URL that was asked, with `{id}` for an id in its path. */
  readonly asked: string | undefined
  /** Whether it may mend itself within seconds: a resolver that did not answer, for one. */
  readonly temporary: boolean

  constructor(
    operation: string,
    reason: OryConfigurationReason,
    message: string,
    options?: ErrorOptions & { status?: number; asked?: string | undefined; temporary?: boolean },
  ) {
    super(`${operation}: ${message}`, options)
    this.operation = operation
    this.reason = reason
    this.status = options?.status
    this.asked = options?.asked
    this.temporary = options?.temporary ?? false
  }
}

/** No answer came: connection refused, reset, or a deadline passed. Never given a made-up status. */
export class OryTransportError extends LapseError {
  override readonly name = 'OryTransportError'
  override readonly code = 'ERR_ORY_TRANSPORT'
  override readonly retryable = true
  override readonly waitsFor = 'ory'
  readonly operation: string
  readonly reason: 'connect' | 'reset' | 'timeout' | 'unknown'
  /**
   * Whether the server may have done the work. `false` only where no byte of the request was
   * written; a non-repeatable call with `mayHaveRun` is resolved by looking, not by sending again.
   */
  readonly mayHaveRun: boolean

  constructor(
    operation: string,
    failure: {
      reason: 'connect' | 'reset' | 'timeout' | 'unknown'
      mayHaveRun: boolean
      message: string
    },
    options?: ErrorOptions,
  ) {
    super(`${operation}: ${failure.message}`, options)
    this.operation = operation
    this.reason = failure.reason
    this.mayHaveRun = failure.mayHaveRun
  }
}

/**
 * The caller's own `AbortSignal` ended the call: before its first attempt, or while a request was on
 * the wire. Where the wait between two attempts was cut, the call ends as the attempt before did.
 */
export class OryAbortedError extends LapseError {
  override readonly name = 'OryAbortedError'
  override readonly code = 'ERR_ORY_ABORTED'
  override readonly retryable = true
  override readonly waitsFor = 'aws'
  readonly operation: string
  /** As in `OryTransportError`: `false` only where no byte of the request was written. */
  readonly mayHaveRun: boolean

  constructor(operation: string, options?: { mayHaveRun?: boolean }) {
    super(`${operation} was aborted by its caller`)
    this.operation = operation
    this.mayHaveRun = options?.mayHaveRun ?? true
  }
}

/** Ory answered with a success status, but not in the promised shape. */
export class OryResponseError extends LapseError {
  override readonly name = 'OryResponseError'
  override readonly code = 'ERR_ORY_RESPONSE'
  override readonly retryable = true
  readonly operation: string
  readonly status: number

  constructor(operation: string, status: number, problem: string, options?: ErrorOptions) {
    super(`${operation} was answered ${status}, but ${problem}`, options)
    this.operation = operation
    this.status = status
  }
}

/** Every step was accepted, and something is still there. Tried again; `remaining` says what and how many. */
export class VerificationError extends LapseError {
  override readonly name = 'VerificationError'
  override readonly code = 'ERR_VERIFICATION'
  override readonly retryable = true
  readonly remaining: Readonly<Record<string, number>>

  constructor(workflow: string, remaining: Readonly<Record<string, number>>) {
    const counts = Object.entries(remaining).map(([what, count]) => `${count} ${what}`)
    super(`${workflow}: still there after every step: ${counts.join(', ')}`)
    this.remaining = remaining
  }
}

/** Not enough time is left before the invocation is ended; the message comes again. */
export class DeadlineError extends LapseError {
  override readonly name = 'DeadlineError'
  override readonly code = 'ERR_DEADLINE'
  override readonly retryable = true
  override readonly waitsFor = 'aws'
}

/** Another delivery of the same event and pass is being worked on; this one waits for its end. */
export class LeaseHeldError extends LapseError {
  override readonly name = 'LeaseHeldError'
  override readonly code = 'ERR_LEASE_HELD'
  override readonly retryable = true
  override readonly waitsFor = 'aws'
  /** When the other attempt's lease ends, in milliseconds since the epoch. */
  readonly until: number
  /** Its turn among those who wait for the same lease, likewise; absent: there is no line. */
  readonly turnAt?: number | undefined

  constructor(until: number, turnAt?: number) {
    super('another delivery of this event is being worked on')
    this.until = until
    this.turnAt = turnAt
  }
}

/** Somebody else wrote the ledger's row in between: this attempt is no longer the one that counts. */
export class LedgerConflictError extends LapseError {
  override readonly name = 'LedgerConflictError'
  override readonly code = 'ERR_LEDGER_CONFLICT'
  override readonly retryable = true
  override readonly waitsFor = 'aws'
}

/** The rate limit that Ory gives a whole project leaves no room for a call now; nothing was sent. */
export class RateBudgetError extends LapseError {
  override readonly name = 'RateBudgetError'
  override readonly code = 'ERR_RATE_BUDGET'
  override readonly retryable = true
  override readonly waitsFor = 'aws'
  /** The bucket of Ory's that is used up for now. */
  readonly bucket: string
  /** When there is expected to be room, in milliseconds since the epoch. */
  readonly until: number

  constructor(bucket: string, until: number) {
    super(`the rate limit of ${bucket} leaves no room for now`)
    this.bucket = bucket
    this.until = until
  }
}

/**
 * Ory, or one of the servers of accounts, is known to be down: nothing is sent there before somebody has
 * looked whether it is there again.
 */
export class CircuitOpenError extends LapseError {
  override readonly name = 'CircuitOpenError'
  override readonly code = 'ERR_CIRCUIT_OPEN'
  override readonly retryable = true
  override readonly waitsFor = 'ory'
  /** When it is looked at again, in milliseconds since the epoch. */
  readonly until: number

  constructor(until: number, server = 'Ory') {
    super(`${server} is down; nothing is sent until it answers again`)
    this.until = until
  }
}

/**
 * A service that lapse stands on (a table, a queue, a secret) is throttled, failing or out of
 * reach for now. `failure` is AWS's name for it; AWS's message is left out, as it may quote anything.
 */
export class UnavailableError extends LapseError {
  override readonly name = 'UnavailableError'
  override readonly code = 'ERR_UNAVAILABLE'
  override readonly retryable = true
  override readonly waitsFor = 'aws'
  readonly resource: string
  readonly failure: string

  constructor(resource: string, failure: string) {
    super(`${resource} is unavailable for now: ${failure}`)
    this.resource = resource
    this.failure = failure
  }
}

/** Why a client's secret cannot be rotated, retired, rolled back or repaired as things are. */
export type RotationReason =
  | 'malformed-event'
  | 'secret-missing'
  | 'secret-not-configured'
  | 'secret-shape'
  | 'secret-of-another-client'
  | 'rotation-not-enabled'
  | 'version-unknown'
  | 'version-not-pending'
  | 'version-without-value'
  | 'not-decided'
  | 'given-up'
  | 'overlap-open'
  | 'overlap-ended'
  | 'client-protected'
  | 'owner-protected'
  | 'client-missing'
  | 'authentication-method'
  | 'jwks-uri'
  | 'key-unusable'
  | 'no-rotate-endpoint'
  | 'chosen-secret-not-taken'
  | 'current-refused'
  | 'pending-refused'
  | 'previous-refused'
  | 'previous-accepted'
  | 'canary-blind'
  | 'client-suspended'
  | 'rotation-running'
  | 'current-accepted'
  | 'current-replaced'
  | 'new-key-unasked'
  | 'repair-changed'

/** A secret's rotation is refused, or found itself in a state that a person has to look at. */
export class RotationError extends LapseError {
  override readonly name = 'RotationError'
  override readonly code = 'ERR_ROTATION'
  override readonly retryable = false
  readonly reason: RotationReason

  constructor(reason: RotationReason, message: string, options?: ErrorOptions) {
    super(message, options)
    this.reason = reason
  }
}

/** Why the receipts log takes or believes something not; stable. */
export type ReceiptsLogReason =
  | 'not-canonical'
  | 'receipt-too-large'
  | 'malformed-note'
  | 'malformed-key'
  | 'malformed-checkpoint'
  | 'malformed-proof'
  | 'not-in-log'
  | 'changed-after-commit'
  | 'bucket-differs'

/** What the receipts log holds, or is given, is not what it has to be. */
export class ReceiptsLogError extends LapseError {
  override readonly name = 'ReceiptsLogError'
  override readonly code = 'ERR_RECEIPTS_LOG'
  override readonly retryable = false
  readonly reason: ReceiptsLogReason

  constructor(reason: ReceiptsLogReason, message: string, options?: ErrorOptions) {
    super(message, options)
    this.reason = reason
  }
}

/** A follow-up was scheduled by a newer lapse than this one: nothing here executes its kind. */
export class UnknownKindError extends LapseError {
  override readonly name = 'UnknownKindError'
  override readonly code = 'ERR_UNKNOWN_KIND'
  override readonly retryable = true

  constructor(kind: string) {
    super(`nothing executes ${kind}`)
  }
}

/** What an error is told as: one of ours by its code, any other by its name; never its message. */
export function codeOf(error: unknown): string {
  if (error instanceof LapseError) return error.code
  return error instanceof Error ? error.name : 'unknown'
}
