/** A request as a fault sees it. */
export interface FaultyRequest {
  /** Ory's operationId. */
  readonly operation: string
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
}

/** What goes wrong. */
export type FaultKind =
  /** The work is done, then the connection is reset without a byte of the answer. */
  | { readonly kind: 'drop-after' }
  /** The work begins only after `ms`; a caller who has hung up by then finds it not done. */
  | { readonly kind: 'delay'; readonly ms: number }
  /** An answer instead of the work: 429, 502 and their kin. `json` is the body, none by default. */
  | {
      readonly kind: 'status'
      readonly status: number
      readonly headers?: Readonly<Record<string, string | readonly string[]>>
      readonly json?: unknown
    }
  /** The connection is reset as soon as the request's head is read: no work, not a byte answered. */
  | { readonly kind: 'reset-before' }
  /** The work is done, then the connection is reset after the answer's head, or half of its body as well. */
  | { readonly kind: 'reset-during'; readonly after: 'headers' | 'half-body' }
  /** No work, but an answer that says it was done: `status` is 204 by default. */
  | { readonly kind: 'ignore'; readonly status?: number }

/** A fault, and whom it hits: by operation, count and predicate. */
export type Fault = FaultKind & {
  /** An operationId, or `'*'` for all of them. */
  readonly operation: string
  /** How many matching requests are hit; all of them by default. */
  readonly times?: number
  /** How many matching requests are let through first. */
  readonly skip?: number
  readonly when?: (request: FaultyRequest) => boolean
}

export interface Faults {
  /**
   * Arms a fault; where several match a request, the one added first hits it. Gives back its removal.
   *
   * @throws RangeError for an operation that is none: the fault would hit nothing, and nobody would know.
   */
  add(fault: Fault): () => void
  clear(): void
}

interface Armed {
  readonly fault: Fault
  seen: number
}

/** The faults armed, and the look-up that counts their hits. */
export function newFaults(
  operations: ReadonlySet<string>,
): Faults & { hit(request: FaultyRequest): FaultKind | undefined } {
  const armed = new Set<Armed>()
  return {
    add(fault) {
      if (fault.operation !== '*' && !operations.has(fault.operation)) {
        throw new RangeError(`Ory has no operation called ${fault.operation}`)
      }
      const entry = { fault, seen: 0 }
      armed.add(entry)
      return () => armed.delete(entry)
    },
    clear: () => armed.clear(),
    hit: (request) => [...armed].find((entry) => hits(entry, request))?.fault,
  }
}

function hits(entry: Armed, request: FaultyRequest): boolean {
  const { operation, times = Number.POSITIVE_INFINITY, skip = 0, when } = entry.fault
  if (operation !== '*' && operation !== request.operation) return false
  if (when && !when(request)) return false
  if (entry.seen >= skip + times) return false
  entry.seen += 1
  return entry.seen > skip
}
