import { boundPort } from '../ports/index.ts'
import type { Allowance, Services } from './workflow.ts'

/** What an invocation has left after its deadline, for giving back rows and leases. */
const lastMs = 2500

/** What bounds itself, or has nothing to wait for. */
const unbounded = new Set([
  'ory',
  'accounts',
  'pacing',
  'turns',
  'clock',
  'log',
  'metrics',
  'ledgerKey',
  'previousLedgerKeys',
])

/** Those of each invocation, by its signal: messages of a batch share it. */
const made = new WeakMap<AbortSignal, { readonly of: Services; readonly bounded: Services }>()

/**
 * The same services, each call of which ends with the invocation: at its deadline, or for rows, the
 * marks that are written before they close, and leases, which have to be given back, in what is left
 * after it.
 */
export function boundedServices<Needs extends Services>(
  services: Needs,
  allowance: Allowance,
): Needs {
  const { signal } = allowance
  if (signal === undefined) return boundedTo(services, allowance)
  const known = made.get(signal)
  if (known?.of === services) return known.bounded as Needs
  const bounded = boundedTo(services, allowance)
  made.set(signal, { of: services, bounded })
  return bounded
}

function boundedTo<Needs extends Services>(
  services: Needs,
  { deadline, signal }: Allowance,
): Needs {
  const last = AbortSignal.timeout(Math.max(0, deadline + lastMs - services.clock.now()))
  const bounded = Object.entries(services)
    .filter(([name, port]) => !unbounded.has(name) && typeof port === 'object')
    .map(([name, port]) => [name, boundPort(port as object, isGivenBack(name) ? last : signal)])
  return { ...services, ...Object.fromEntries(bounded) }
}

function isGivenBack(name: string): boolean {
  return name === 'ledger' || name === 'leases' || name === 'pendingReceipts'
}
