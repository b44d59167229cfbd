import type { OryOptions } from '@lapse/core/ory'
import type { Clock } from '@lapse/core/ports'
import type { Reading } from '@lapse/core/run'
import type { Place } from '../place.ts'
import { openLedger, type PlanServices } from './open-ledger.ts'
import { type OryEnvironment, openAccounts, openOry } from './open-ory.ts'

/** What every plan asks, as a worker does: Ory, what a user has there besides OAuth2, and the ledger. */
export interface OpenReading<Known extends Reading<PlanServices>> extends AsyncDisposable {
  readonly reading: Known
}

/** The same with a ledger. */
type ReadingWithLedger = Reading<PlanServices> & { readonly services: PlanServices }

/** Where a plan looks; without a ledger it asks none. */
export interface ReadingPlace {
  readonly ory: OryEnvironment
  readonly variables: Place['variables']
  readonly ledger: Place | undefined
}

/** How it is looked; without a clock it goes by the machine's. */
export type ReadingOptions = Pick<OryOptions, 'timeoutMs'> & { readonly clock?: Clock }

/** @throws UsageError in the environment's words, ConfigError */
export function openReading(
  place: ReadingPlace & { readonly ledger: Place },
  options?: ReadingOptions,
): Promise<OpenReading<ReadingWithLedger>>
export function openReading(
  place: ReadingPlace,
  options?: ReadingOptions,
): Promise<OpenReading<Reading<PlanServices>>>
export async function openReading(
  { ory: environment, variables, ledger }: ReadingPlace,
  { clock, ...options }: ReadingOptions = {},
): Promise<OpenReading<Reading<PlanServices>>> {
  await using opened = new AsyncDisposableStack()
  const ory = opened.use(openOry(environment, options))
  const accounts = openAccounts(environment, variables)
  if (accounts !== undefined) opened.use(accounts)
  const services = ledger && (await openLedger(ledger, ory, clock))
  const held = opened.move()
  return {
    reading: {
      ory,
      ...(accounts && { accounts }),
      ...(services && { services, secrets: services.secrets }),
    },
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  }
}
