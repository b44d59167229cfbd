import type { SignedRequest } from './schemes/scheme.ts'

/** A request to a source that is taken, its body read and nothing else done. */
export interface Arrival extends Omit<SignedRequest, 'now'> {
  /** The URL it was sent to, where AWS says so; what a sender says of it is not believed. */
  readonly url?: string | undefined
}
