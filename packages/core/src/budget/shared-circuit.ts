import { CircuitOpenError } from '../errors.ts'
import type { Clock, Ledger, Log } from '../ports/index.ts'
import { type CircuitState, closed, gateOf, probed, probeMs, probing, signed } from './circuit.ts'
import { type AccountsPart, circuitKey } from './rows.ts'
import { sharedStates } from './shared-state.ts'

/** What a circuit is called where a person reads of it. */
const serverNames: Readonly<Record<AccountsPart | 'ory', string>> = {
  ory: 'Ory',
  identities: 'the identity provider',
  'api-keys': 'the server of API keys',
}

/** Whether Ory, or another server, is down, as all workers know it. */
export interface Circuit {
  /**
   * Lets a call go on. Nothing is asked of anybody as long as all is well.
   * @throws CircuitOpenError while Ory is down
   */
  pass(): Promise<void>
  /** A connection of this event's failed, or was answered 503. */
  failed(event: string): Promise<void>
  /** Ory has answered. */
  answered(): void
}

/** What a circuit is kept in, and how Ory is looked at. */
export interface CircuitTerms {
  readonly ledger: Ledger<CircuitState>
  readonly clock: Clock
  readonly log: Log
  /** Which Ory. */
  readonly project: string
  /** Which of its servers of accounts; absent: the one of OAuth2. */
  readonly part?: AccountsPart
  /** A cheap read that is nobody's message: whether Ory answers. Never rejects. */
  readonly probe: () => Promise<boolean>
}

/**
 * A circuit in the ledger. A ledger that fails neither opens nor closes it: calls have to write to
 * it before anything is destroyed, and wait for it there.
 */
export function sharedCircuit({ ledger, clock, log, project, part, probe }: CircuitTerms): Circuit {
  const name = 'circuit'
  const who = serverNames[part ?? 'ory']
  const fields = { project, ...(part && { part }) }
  const states = sharedStates({
    ledger,
    clock,
    keyOf: () => circuitKey(project, part),
    blank: closed,
  })
  const told = new Map<string, number>()
  const looking: { at?: Promise<void> } = {}
  const known = () => states.seen(name) ?? closed

  /** One of an instance looks for all of it; of several instances, the first to say so. */
  function look(): Promise<void> {
    looking.at ??= lookNow().finally(() => {
      delete looking.at
    })
    return looking.at
  }

  async function lookNow(): Promise<void> {
    const isOurs = await states.change(name, (state, now) => ({
      state: probing(state, now),
      answer: gateOf(state, now) === 'probe',
    }))
    if (!isOurs) return
    const isThere = await probe()
    await states.change(name, (state, now) => ({
      state: probed(state, isThere, now),
      answer: undefined,
    }))
    log.warn(isThere ? `${who} answers again` : `${who} is still down`, fields)
  }

  return {
    async pass() {
      if (gateOf(known(), clock.now()) === 'probe') await look()
      const { openUntil } = known()
      if (openUntil > clock.now()) throw new CircuitOpenError(openUntil, who)
    },
    async failed(event) {
      const now = clock.now()
      const isKnown = (told.get(event) ?? 0) > now - probeMs
      if (isKnown || gateOf(known(), now) !== 'closed') return
      if (told.size > 1000) told.clear()
      told.set(event, now)
      const opens = await states
        .change(name, (state, at) => {
          const next = signed(state, event, at)
          return { state: next, answer: next.openUntil > state.openUntil }
        })
        .catch(() => false)
      if (opens) log.error(`${who} is down: nothing is sent until it answers again`, fields)
    },
    answered() {
      told.clear()
    },
  }
}
