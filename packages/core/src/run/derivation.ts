/**
 * What lapse says of an event that it has derived from another. It travels beside the message, under
 * the ledger key, and is never read from a body.
 */
export type Derivation = Readonly<Record<string, string | undefined>>
