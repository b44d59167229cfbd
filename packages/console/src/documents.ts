/** What could be read, or why it could not, in one line that holds no secret. */
export type Part<Known> = { readonly known: Known } | { readonly unknown: string }

/** What the pages show of the documents that commands print with `--json`; these may have more in them. */
export interface Status {
  readonly at: string
  readonly place: string
  readonly queues: Part<readonly QueueStatus[]>
  readonly lanes: Part<{
    readonly calls_per_minute: number | null
    readonly lanes: readonly {
      readonly lane: string
      readonly events: number
      readonly done_at: string | null
    }[]
  }>
  readonly circuit: Part<{
    readonly state: string
    readonly until: string | null
    readonly opened: number
  }>
  readonly account_circuits: Part<
    readonly {
      readonly server: string
      readonly state: string
      readonly until: string | null
      readonly opened: number
    }[]
  >
  readonly follow_ups: Part<readonly FollowUpStatus[]>
  readonly rotations: Part<readonly RotationStatus[]>
  readonly last_sweep: Part<{
    readonly ended_at: string
    readonly executed: number
    readonly failed: number
    readonly findings: Readonly<Record<string, number>>
  }>
  readonly last_checkpoint: Part<{ readonly at: string; readonly receipts: number }>
  readonly alarms: Part<{
    readonly alarms: number
    readonly ringing: readonly {
      readonly alarm: string
      readonly since: string | null
      readonly says: string
    }[]
  }>
}

export interface QueueStatus {
  readonly queue: string
  readonly waiting: number
  readonly in_flight: number
  readonly delayed: number
  readonly dead: number
  readonly oldest_ms: number | null
}

export interface FollowUpStatus {
  readonly kind: string
  readonly open: number
  readonly more: boolean
  readonly overdue: number
  readonly next_due_at: string | null
}

export interface RotationStatus {
  readonly secret: string
  readonly verdict: string
  readonly reason: string | null
  readonly problem: string | null
  readonly due_at: string | null
  readonly overlap_until: string | null
}

/** Of `lapse receipts list --json`. */
export interface Summary {
  readonly id: string
  readonly workflow: string
  readonly pass: string
  readonly result: string
  readonly closed_at: string
  readonly event: { readonly id: string; readonly source: string; readonly time: string }
  /** A pseudonym. */
  readonly subject?: string
  readonly client_id?: string
  readonly owner?: string
  readonly issuer?: string
  readonly verdict: string
  readonly may_still_work: readonly Survivor[]
}

export interface Survivor {
  readonly what: string
  readonly until: string | null
  readonly why?: string
  readonly count?: number
}

/** Of `lapse receipts show --json`. */
export interface EventDocument {
  readonly verdict: string
  readonly ending: string
  readonly may_still_work: readonly Survivor[]
  readonly receipts: readonly { readonly id: string; readonly receipt: ReceiptShown }[]
}

export interface ReceiptShown {
  readonly workflow: string
  readonly pass: string
  readonly lane?: string
  readonly result: string
  readonly event: {
    readonly type: string
    readonly id: string
    readonly source: string
    readonly time: string
  }
  readonly subject?: string
  readonly client_id?: string
  readonly owner?: string
  readonly issuer?: string
  readonly opened_at: string
  readonly closed_at: string
  /** Receipts of dead letters that were closed have none. */
  readonly attempts?: readonly Attempt[]
  readonly earlier_attempts?: number
  readonly waited?: readonly {
    readonly for: string
    readonly ms: number
    readonly expected?: string
    readonly turns?: Readonly<Record<string, string>>
  }[]
  readonly before: Readonly<Record<string, number>>
  readonly after: Readonly<Record<string, number>>
  /** By the names of their counts, what could not be looked at afterwards where something else was. */
  readonly unseen_after?: readonly string[]
  readonly steps: readonly {
    readonly op: string
    readonly by: string
    readonly status: string
    readonly calls: number
    readonly accepted?: number
    readonly ends: readonly {
      readonly what: string
      readonly status: string
      readonly seen?: { readonly before: number; readonly after: number }
    }[]
  }[]
  readonly preconditions: readonly string[]
  readonly notes: readonly string[]
  readonly follow_up_not_before: string | null
  /** A dead letter of the event that was closed, where the result is `moot`. */
  readonly letter?: { readonly queue: string; readonly message_id: string; readonly reason: string }
}

/** Times are RFC 3339. */
export interface Attempt {
  readonly number: number
  readonly started_at: string
  readonly ended_at: string | null
  /** `closed`, an error code, or `died`. */
  readonly outcome: string
}

/** An event that has no receipt yet, as `lapse send --wait` sees it. */
export interface Waiting {
  readonly id: string
  readonly type: string
  /** When it was sent from here, RFC 3339. */
  readonly sent_at: string
  readonly queue: string
  /** What it waits for and until when, or why it is on the DLQ. */
  readonly why: string
  readonly attempts: readonly Attempt[]
  readonly dead_letter?: string
}

/** Of `lapse dead-letters plan --json`. */
export interface PlannedLetter {
  readonly queue: string
  readonly message_id: string
  readonly reason: string
  readonly redriven: number
  readonly sent_at: string
  readonly event: { readonly type: string; readonly id?: string; readonly time?: string }
  readonly outcome: string
  readonly why: string
}

/** Of `lapse rotate --status --json`. */
export interface ToldSecret {
  readonly secretId: string
  readonly verdict: string
  /** Why, as a stable word. */
  readonly reason?: string
  readonly problem?: string
  readonly next?: string
  readonly rotationEnabled: boolean
  readonly stages: Readonly<Record<string, readonly string[]>>
  readonly ageMs?: number | undefined
  readonly nextRotationAt?: number | undefined
  readonly overlapMs: number
  readonly strategy?: string | undefined
  readonly phase?: string | undefined
  readonly startedAt?: number | undefined
  readonly overlap?: { readonly versionId: string; readonly retireAt: number } | undefined
}

/** Of `lapse doctor --json`. */
export interface DoctorDocument {
  readonly counts: {
    readonly wrong: number
    readonly cannot_tell: number
    readonly well: number
  }
  readonly checks: readonly {
    readonly check: string
    readonly about: string
    readonly outcome: string
    readonly says: string
    readonly problems: readonly { readonly says: string; readonly do: string }[]
  }[]
}

/** What receipts are looked for by. */
export const kinds = ['subject', 'client', 'event', 'issuer', 'owner', 'secret'] as const

export type Kind = (typeof kinds)[number]

/** Where the pages get what they show: a function for each command that is read. None of it rejects. */
export interface Source {
  /** `lapse dev`, `stage production`. */
  readonly place: string
  /** Appended to every command that is printed: ` --stage production`. */
  readonly suffix: string
  /** How often a page that somebody looks at is read again, in milliseconds. */
  readonly everyMs: number
  status(): Promise<Part<Status>>
  doctor(): Promise<Part<DoctorDocument>>
  /** Newest first. */
  receipts(from: string, limit: number): Promise<Part<readonly Summary[]>>
  /** Everything under these names of the index, newest first. */
  about(names: readonly string[], limit: number): Promise<Part<readonly Summary[]>>
  /** The names of something that was typed in; of a subject its pseudonyms. */
  namesOf(kind: Kind, typed: string): Promise<Part<readonly string[]>>
  event(id: string): Promise<Part<readonly EventDocument[]>>
  /** Events that were sent from here and have no receipt yet; each newest first. */
  waiting(id?: string): Promise<readonly Waiting[]>
  deadLetters(): Promise<Part<readonly PlannedLetter[]>>
  secrets(): Promise<Part<readonly ToldSecret[]>>
  /** What is wrong with the emulated Ory just now; `undefined` where that cannot be switched. */
  fault(): string | undefined
}

/** What a form has sent, by the names of its fields. */
export type Fields = Readonly<Record<string, string>>

/** What came of a click, as the command said it. */
export interface Outcome {
  readonly isDone: boolean
  /** The command, as it was run. */
  readonly command: string
  /** What it said, for a person. */
  readonly says: string
  /** What it printed for a program, byte for byte. */
  readonly file?: string
  /** A page on which to go on. */
  readonly next?: { readonly href: string; readonly text: string }
}

/** By the name of an action; it never rejects. One that is not offered is not there. */
export type Actions = Readonly<Partial<Record<ActionName, (fields: Fields) => Promise<Outcome>>>>

export const actionNames = [
  'sign-in',
  'send',
  'fault',
  'sweep',
  'rotate',
  'redrive',
  'close',
  'drop',
  'verify',
  'prove',
] as const

export type ActionName = (typeof actionNames)[number]
