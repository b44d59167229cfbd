/** Counts by name; what an observation leaves in the ledger. */
export type Counts = Readonly<Record<string, number>>

/** `first`, at once, and `follow-up`, when every login that was in flight has ended. */
export type Pass = 'first' | 'follow-up'

/** The event as ledger, receipts and logs may know it. */
export interface EventRecord {
  readonly key: string
  readonly type: string
  readonly id: string
  readonly source: string
  readonly time: string
  /** The id of the event that lapse derived it from, where that was about several subjects. */
  readonly parent?: string
}

/** Whom or what an event is about, as ledger, receipts and logs may know it. */
export interface About {
  /** A pseudonym; see `subjectPseudonym`. */
  readonly subject?: string
  /** Which ledger key the pseudonyms are made with, without revealing it; see `keyIdOf`. */
  readonly key_id?: string
  readonly client_id?: string
  readonly owner?: string
  readonly issuer?: string
}
