import { unkept } from '../output/layout.ts'

/** What could be read, or why it could not. */
export type Part<Known> = { readonly known: Known } | { readonly unknown: string }

/** Everything that `lapse status` shows, as a program reads it. Times are RFC 3339. */
export interface Status {
  readonly at: string
  /** `lapse dev`, `the environment`, `stage production`. */
  readonly place: string
  readonly queues: Part<readonly QueueStatus[]>
  readonly lanes: Part<LanesStatus>
  readonly circuit: Part<CircuitStatus>
  /** Of the servers of accounts that settings name. */
  readonly account_circuits: Part<readonly AccountsCircuitStatus[]>
  readonly follow_ups: Part<readonly FollowUpStatus[]>
  readonly rotations: Part<readonly RotationStatus[]>
  readonly last_sweep: Part<SweepStatus>
  readonly last_checkpoint: Part<CheckpointStatus>
  readonly alarms: Part<AlarmsStatus>
}

/** Messages of one queue, by what they do just now. */
export interface QueueStatus {
  readonly queue: string
  readonly waiting: number
  readonly in_flight: number
  /** Put off until their time. */
  readonly delayed: number
  /** On its DLQ. */
  readonly dead: number
  /** `null` where nobody measures it, or nothing waits. */
  readonly oldest_ms: number | null
}

/** Who goes first, and when each is done; no limit, no line. */
export interface LanesStatus {
  /** Of `hydra-admin-low`; `null` where no limit is kept. */
  readonly calls_per_minute: number | null
  readonly lanes: readonly LaneStatus[]
}

export interface LaneStatus {
  readonly lane: 'incident' | 'deletion' | 'hygiene'
  /**
   * Messages on its queues, but for second passes whose time has not come. No queue says which of its
   * messages are hygiene: in `deletion` are all of the ordinary queues, in `hygiene` what is due for
   * the sweep.
   */
  readonly events: number
  /** About when the last of them is done, as things are; `null` where nothing is to be done. */
  readonly done_at: string | null
}

export interface CircuitStatus {
  readonly state: 'closed' | 'open' | 'probing'
  readonly until: string | null
  /** How often in a row it was found open. */
  readonly opened: number
}

/** Of the identity provider, or of the server of API keys. */
export interface AccountsCircuitStatus extends CircuitStatus {
  readonly server: 'identities' | 'api-keys'
}

export interface FollowUpStatus {
  readonly kind: string
  /** Those that were counted; `more` says that there are more. */
  readonly open: number
  readonly more: boolean
  /** Of second passes those that are an hour late, of everything else what is due. */
  readonly overdue: number
  /** Second passes whose time has not come, among them those of incidents; 0 of everything else. */
  readonly not_due: number
  readonly not_due_incidents: number
  /** The earliest, which may have passed. `null` where none falls due by itself. */
  readonly next_due_at: string | null
}

export interface RotationStatus {
  readonly secret: string
  readonly verdict: string
  /** Why, as a stable word: `running` of a rotation that runs, which needs nobody. */
  readonly reason: string | null
  readonly problem: string | null
  readonly phase: string | null
  readonly due_at: string | null
  /** Until then what is not at AWSCURRENT may work. */
  readonly overlap_until: string | null
}

export interface SweepStatus {
  readonly started_at: string
  readonly ended_at: string
  readonly executed: number
  readonly failed: number
  readonly findings: Readonly<Record<string, number>>
}

/** Of the receipts log. */
export interface CheckpointStatus {
  readonly at: string
  readonly receipts: number
}

export interface AlarmsStatus {
  readonly alarms: number
  readonly ringing: readonly {
    readonly alarm: string
    readonly since: string | null
    readonly says: string
  }[]
}

/** Reads a part, or says why it cannot. */
export async function partOf<Known>(
  read: () => Promise<Known>,
  why: (error: unknown) => string,
): Promise<Part<Known>> {
  try {
    return { known: await read() }
  } catch (error) {
    return { unknown: unkept(why(error)) }
  }
}
