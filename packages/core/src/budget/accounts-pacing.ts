import type { Pace } from '../ory/index.ts'
import { withinSignal } from '../ports/index.ts'
import { outageSigns } from './outage-signs.ts'
import type { AccountsPart } from './rows.ts'
import type { Circuit } from './shared-circuit.ts'

/** Whose calls are paced. */
export interface AccountsCaller {
  /** The event's idempotency key. */
  readonly event: string
  readonly signal?: AbortSignal | undefined
}

/** A circuit for each of the servers that have what a user has at Ory besides OAuth2. */
export type AccountsCircuits = Readonly<Partial<Record<AccountsPart, Circuit>>>

/**
 * When the servers of accounts are called: at once, as no limit of theirs is known, and not at all while
 * they are down, each for itself. One that hangs is down: what is asked of it is small.
 */
export function accountsPacing(circuits: AccountsCircuits): (caller: AccountsCaller) => Pace {
  const watched = new Map<string, { circuit: Circuit; told: ReturnType<typeof outageSigns> }>(
    Object.entries(circuits).map(([part, circuit]) => [
      part,
      { circuit, told: outageSigns(circuit, { hanging: true }) },
    ]),
  )
  return ({ event, signal }) => ({
    async next({ port }) {
      const { circuit } = watched.get(port) ?? {}
      if (circuit !== undefined) await withinSignal(signal, () => circuit.pass())
      return undefined
    },
    ended: ({ port }, { status }) => watched.get(port)?.told(event, status),
  })
}
