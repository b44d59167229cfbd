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

/** A fault, and whom it hits: by operation, place, count and predicate. */
export type Fault = FaultKind & {
  /** An operationId, or `'*'` for all of them. */
  readonly operation: string
  /** How many matching requests are hit; all of them by default. */
  readonly times?: number
  /** How many matching requests are let through first. */
  readonly skip?: number
  /** The path of the requests meant, such as `/admin/clients/mail`: on the admin port with `/admin` in front, sent or not. */
  readonly path?: string
  /** Parameters of the query that the requests meant have, with these values. */
  readonly query?: Readonly<Record<string, string>>
  readonly when?: (request: FaultyRequest) => boolean
}

/** A fault as it stands. */
export interface ArmedFault {
  readonly id: string
  readonly fault: Fault
  /** How many requests it has hit so far. */
  readonly hits: number
}

export interface Faults {
  /**
   * Arms a fault; where several match a request, the one added first hits it. Gives back its removal.
   *
   * @throws RangeError for an operation that is none: the fault would hit nothing, and nobody would know.
   */
  add(fault: Fault): () => void
  /** Those armed, oldest first; one that has hit as often as it was to stays until it is cleared. */
  list(): readonly ArmedFault[]
  clear(): void
}

/** The faults of a server, by their ids as well, and the look-up that counts their hits. */
export interface ArmedFaults extends Faults {
  /** Whether there is such an operation, or it is `'*'`. */
  knows(operation: string): boolean
  arm(fault: Fault): ArmedFault
  /** Whether there was one of this id. */
  remove(id: string): boolean
  hit(request: FaultyRequest): FaultKind | undefined
}

interface Armed {
  readonly id: string
  readonly fault: Fault
  /** Requests that matched, those let through included. */
  seen: number
}

export function newFaults(operations: ReadonlySet<string>): ArmedFaults {
  const armed = new Map<string, Armed>()
  let last = 0
  const knows = (operation: string) => operation === '*' || operations.has(operation)
  const arm = (fault: Fault): ArmedFault => {
    if (!knows(fault.operation)) {
      throw new RangeError(`Ory has no operation called ${fault.operation}`)
    }
    last += 1
    const entry = { id: String(last), fault, seen: 0 }
    armed.set(entry.id, entry)
    return shown(entry)
  }
  return {
    knows,
    arm,
    add(fault) {
      const { id } = arm(fault)
      return () => armed.delete(id)
    },
    list: () => Array.from(armed.values(), shown),
    remove: (id) => armed.delete(id),
    clear: () => armed.clear(),
    hit: (request) => armed.values().find((entry) => hits(entry, request))?.fault,
  }
}

function shown({ id, fault, seen }: Armed): ArmedFault {
  return { id, fault, hits: Math.max(0, seen - (fault.skip ?? 0)) }
}

function hits(entry: Armed, request: FaultyRequest): boolean {
  const { times = Number.POSITIVE_INFINITY, skip = 0 } = entry.fault
  if (!isMeant(entry.fault, request)) return false
  if (entry.seen >= skip + times) return false
  entry.seen += 1
  return entry.seen > skip
}

function isMeant({ operation, path, query = {}, when }: Fault, request: FaultyRequest): boolean {
  if (operation !== '*' && operation !== request.operation) return false
  if (path !== undefined && path !== request.path) return false
  const asked = Object.entries(query)
  if (!asked.every(([name, value]) => request.query.get(name) === value)) return false
  return when?.(request) ?? true
}
