import { dynamoDbLedger } from '@lapse/aws/dynamodb-ledger'
import type { RotatedSecretStore } from '@lapse/aws/secrets-manager'
import { bySettingNames, oryAccountsParts, orySettings } from '@lapse/aws/settings/ory'
import { rateLimits } from '@lapse/aws/settings/rate-limits'
import { storedApiKeys } from '@lapse/aws/stored-api-keys'
import {
  type AccountsCircuits,
  type AccountsPart,
  type BucketState,
  type Circuit,
  type CircuitState,
  type CircuitTerms,
  isAnswering,
  isAnsweringFor,
  type Pacing,
  pacing,
  projectAt,
  rateBudget,
  sharedCircuit,
} from '@lapse/core/budget'
import {
  createOry,
  createOryAccounts,
  type Ory,
  type OryAccounts,
  type OryPart,
} from '@lapse/core/ory'
import { ledgerDb } from './dynamo-db.ts'
import { environment } from './environment.ts'
import { clock, log } from './observability.ts'

/** Ory, and when it is called. */
export interface PacedOry {
  readonly ory: Ory
  /** Absent where it is not said where any of it is. */
  readonly accounts?: OryAccounts
  readonly pacing: Pacing
}

/** Who calls Ory other than for one message, and how long it may wait for its turn. */
export type StandingCaller = Parameters<Pacing['standingPace']>[0]

/** Ory, with the key out of its secret where there is one, at the pace its project allows. */
export function oryOf(
  secrets: RotatedSecretStore,
  ledgerTable: string,
  caller: StandingCaller,
): PacedOry {
  const { adminUrl, publicUrl, apiKeySecretId: secretId } = orySettings(environment)
  const apiKey = secretId && storedApiKeys({ secretId, secrets, clock, log })
  // Read while the ledger's keys are; where that fails, the first call reads it, and says so.
  if (apiKey) void apiKey.current().catch(() => undefined)
  const parts = oryAccountsParts(environment, adminUrl, apiKey)
  const terms = { clock, project: projectAt(adminUrl) }
  const circuits = dynamoDbLedger<CircuitState>(ledgerTable, clock, ledgerDb)
  const paces = pacing({
    clock,
    budget: rateBudget({
      ...terms,
      isRight: clock.isMeasured,
      ledger: dynamoDbLedger<BucketState>(ledgerTable, clock, ledgerDb),
      limits: rateLimits(environment),
    }),
    circuit: sharedCircuit({
      ...terms,
      ledger: circuits,
      log,
      async probe() {
        // Without a pace: whoever looks whether Ory is there may not wait until it is.
        await using looking = createOry({ adminUrl, apiKey })
        return await isAnswering(looking)
      },
    }),
    accounts: accountsCircuits(circuits, parts),
  })
  const pace = paces.standingPace(caller)
  const ory = bySettingNames(() => createOry({ adminUrl, publicUrl, apiKey, pace }))
  if (parts === undefined) return { ory, pacing: paces }
  return { ory, pacing: paces, accounts: bySettingNames(() => createOryAccounts(parts)) }
}

type AccountsParts = NonNullable<ReturnType<typeof oryAccountsParts>>

/** A circuit for each server of accounts that settings name, known by its host. */
function accountsCircuits(
  ledger: CircuitTerms['ledger'],
  { identities, apiKeys }: AccountsParts = {},
): AccountsCircuits {
  const circuitOf = (part: AccountsPart, at: OryPart, only: AccountsParts): Circuit =>
    sharedCircuit({
      clock,
      log,
      ledger,
      project: projectAt(String(at.url)),
      part,
      async probe() {
        await using looking = createOryAccounts(only)
        return await isAnsweringFor(part, looking)
      },
    })
  return {
    ...(identities && { identities: circuitOf('identities', identities, { identities }) }),
    ...(apiKeys && { 'api-keys': circuitOf('api-keys', apiKeys, { apiKeys }) }),
  }
}
