import type { StartOptions } from '@lapse/ory-emulator'
import type { SettledBatch } from '../event-source-mapping/event-source-mapping.ts'
import type { Variables } from '../lambda/variables.ts'
import type { Fired } from '../schedules/schedule.ts'
import type { Trial } from '../secrets-manager/rotation/pending.ts'
import type { SettledRotation } from '../secrets-manager/rotation/rotations.ts'
import type { ScheduledFunction } from './direct-functions.ts'
import type { FunctionDefinition } from './function-definition.ts'
import type { Ports } from './ports.ts'
import type { QueueFunction } from './queue-functions.ts'

/** An OAuth2 server that runs already, to be used instead of the emulator. */
export interface OutsideOry {
  readonly adminUrl: string
  readonly publicUrl: string
  /** The bearer key of Ory Network; self-hosted servers have none. */
  readonly apiKey?: string
}

/** The parts of the local system, as they are reported while they start. */
export type Part = 'Ory' | 'SQS' | 'DynamoDB' | 'Secrets Manager' | 'webhooks' | 'functions'

export interface LocalOptions {
  /** Any free port where none is named. */
  readonly ports?: Partial<Ports>
  /** Starts no emulator, and points the functions at this server. */
  readonly ory?: OutsideOry
  /** What the emulator is told besides its ports. */
  readonly emulator?: Omit<StartOptions, 'adminPort' | 'publicPort'>
  /** Defaults to {@link QUEUE_FUNCTIONS}. */
  readonly functions?: readonly QueueFunction[]
  /** Functions that serve no queue; defaults to {@link DIRECT_FUNCTIONS}. */
  readonly directFunctions?: readonly FunctionDefinition[]
  /** When functions are invoked by themselves; defaults to {@link SCHEDULES}. */
  readonly schedules?: readonly ScheduledFunction[]
  /** Laid over every function, to make a demonstration or a test quick. */
  readonly overrides?: Partial<Omit<QueueFunction, 'stem' | 'module'>>
  /** The ledger's table; defaults to `lapse-ledger`. */
  readonly ledgerTable?: string
  /** What Secrets Manager stages while it tries a rotation function; a `copy` where nothing is said. */
  readonly rotationTrial?: Trial
  /** More environment for the functions, stronger than what the system itself gives them. */
  readonly variables?: Variables
  readonly onProgress?: (part: Part, state: 'starting' | 'ready') => void
  /** Given every line a function prints. */
  readonly onLog?: (functionName: string, line: string) => void
  /** Told of every batch whose invocation is over. */
  readonly onBatch?: (batch: SettledBatch) => void
  /** Told of every invocation by a schedule that is over. */
  readonly onFired?: (fired: Fired) => void
  /** Told of every rotation of a secret that is over. */
  readonly onRotation?: (rotation: SettledRotation) => void
  /** Told when a queue could not be read or written, or what another of these threw; the system goes on. */
  readonly onError?: (error: unknown) => void
}
