import type { LapseError } from '../errors.ts'
import type { CallKey } from './call-key.ts'
import type { CompiledOperation } from './compile.ts'
import type { OperationData, UncheckedParameters } from './operation.ts'
import type { CallOptions, Settings } from './options.ts'
import type { Side } from './side.ts'
import type { Answer, NoAnswer } from './transport/attempt.ts'

/** What the calls of a client are made with. */
export interface CallTerms {
  readonly settings: Settings
  /** @throws ConfigError where it was not said where that side is */
  readonly sideOf: (id: string, data: OperationData) => Side
}

/** A call under way. */
export interface Call {
  readonly compiled: CompiledOperation
  readonly parameters: UncheckedParameters
  readonly options: CallOptions
  readonly settings: Settings
  readonly side: Side
  readonly key: CallKey
  readonly repeatable: boolean
  /** When it has to have ended, in milliseconds since the epoch. */
  readonly deadline: number
  /** How many attempts were no success. */
  failed: number
  /** Whether one of them may have done the work. */
  mayHaveRun: boolean
  /** What the last one came to. */
  lastSeen: LapseError | undefined
}

/** What one attempt came to, and what it was made with. */
export interface Attempted {
  readonly outcome: Answer | NoAnswer
  readonly headers: readonly string[]
  readonly timeoutMs: number
}
