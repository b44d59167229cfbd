/** A request as a scheme looks at it: nothing of it has been parsed yet. */
export interface SignedRequest {
  /** The name of the source, as it stands in the URL. */
  readonly source: string
  readonly header: (name: string) => string | undefined
  /** Byte for byte what was sent. */
  readonly body: Uint8Array
  /** Milliseconds since the epoch. */
  readonly now: number
}

/** What of a request can be looked at without its body, and before anything else is. */
export type Heading = Pick<SignedRequest, 'header' | 'now'>

/** What a request proves, all of it from signed bytes. */
export interface Proof {
  /** The same whenever the same request comes again. */
  readonly id: string
  /** When it was signed; when it came, where nothing signed says so. Milliseconds since the epoch. */
  readonly at: number
}

/** A way of telling a source's requests from anybody else's. */
export interface Scheme {
  /**
   * Whether a request that somebody got hold of can be sent again for ever, as nothing signed says
   * when it was made. Such a scheme may only ask for what is final.
   */
  readonly replayable: boolean
  /**
   * Whether a request has headers that could be a signature, of a time that is not over. Asked
   * before a secret is read: whoever signs nothing shall cost nothing.
   */
  readonly mayBeSigned: (heading: Heading) => boolean
  /**
   * @returns `undefined` for whatever was not signed with one of the secrets, or not lately
   * @throws ConfigError for a secret that nothing can be signed with
   */
  readonly verify: (request: SignedRequest, secrets: readonly string[]) => Proof | undefined
}
