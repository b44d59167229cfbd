/**
 * Something that is to be done, or to have been done, by a time; it carries no subject. Kept in the
 * ledger, and looked at by the sweep.
 */
export interface FollowUp {
  /** Names it for ever: scheduling the same again changes nothing. */
  readonly id: string
  readonly kind: string
  /** Milliseconds since the epoch. */
  readonly dueAt: number
  /** What the kind needs to do it; JSON, without any secret or subject. */
  readonly data: Readonly<Record<string, unknown>>
}

/** Follow-ups that the sweep executes or checks when they are due. */
export interface FollowUps {
  /** Returns once it is kept. The first to schedule an id wins, its time and data with it. */
  schedule(followUp: FollowUp): Promise<void>
  /** The open ones that are due by `now`, oldest first. */
  due(now: number): AsyncIterable<FollowUp>
  /** Open ones of a kind, due or not. */
  open(kind: string): AsyncIterable<FollowUp>
  /** Ends it with what came of it; ending it again changes nothing. */
  end(followUp: FollowUp, outcome: string): Promise<void>
}
