import type { FaultKind } from './faults.ts'
import type { Port } from './http.ts'

/** What was asked of the server, and how it ended; never a body. */
export interface LoggedRequest {
  /** Ory's operationId; `undefined` where no route matched. */
  readonly operation: string | undefined
  readonly port: Port
  readonly method: string
  readonly path: string
  readonly query: string
  /** `undefined` until answered, and for good where the connection ended without an answer. */
  status: number | undefined
  /** The fault that hit it. */
  fault: FaultKind['kind'] | undefined
}

const kept = 10_000

/** Appends, and forgets the older half once twice as many are held as are kept. */
export function log(requests: LoggedRequest[], entry: LoggedRequest): void {
  if (requests.length >= 2 * kept) requests.splice(0, kept)
  requests.push(entry)
}
