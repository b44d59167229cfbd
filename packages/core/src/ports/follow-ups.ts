/** Kinds that there are in every deployment: nobody has to look whether anything of them was written. */
export const standingKinds = ['expected-pass'] as const

/**
 * Something that is to be done, or to have been done, by a time; it carries no subject. Kept in the
 * ledger, and looked at by the sweep.
 */
export interface FollowUp {
  /** Names it for ever: scheduling the same again changes nothing (but see `forgotten`). */
  readonly id: string
  readonly kind: string
  /** Milliseconds since the epoch. */
  readonly dueAt: number
  /** What the kind needs to do it; JSON, without any secret or subject. */
  readonly data: Readonly<Record<string, unknown>>
  /**
   * What it watches over: a client id. Who watches never falls due, whatever `dueAt` says, and is
   * found by this.
   */
  readonly about?: string
  /**
   * Whoever does it looks whether there is anything to do: nothing has to remember it once it has
   * ended. Scheduled again, it is there again; scheduled for another time as well, it is there twice.
   */
  readonly forgotten?: true
}

/** Which kinds are meant. */
export type KindChoice = { readonly only: string } | { readonly except: readonly string[] }

/** Follow-ups that the sweep executes or checks when they are due. */
export interface FollowUps {
  /** Returns once it is kept. The first to schedule an id wins, its time and data with it. */
  schedule(followUp: FollowUp): Promise<void>
  /**
   * The open ones that are due by `now`, oldest first. Those of one kind (`only`) begin after the
   * one that `resumeAfter` named, and come round to it.
   */
  due(now: number, kinds?: KindChoice): AsyncIterable<FollowUp>
  /**
   * Open ones of a kind, due or not; where `about` is given only those that watch over it, in one
   * read however many there are of others. Without it they begin where `resumeAfter` says.
   */
  open(kind: string, about?: string): AsyncIterable<FollowUp>
  /** The next reading of its kind begins after this one: who has no time for all gets to each. */
  resumeAfter(followUp: FollowUp): Promise<void>
  /** Ends it with what came of it; ending it again changes nothing. */
  end(followUp: FollowUp, outcome: string): Promise<void>
}
