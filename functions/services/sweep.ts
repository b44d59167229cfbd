import { dynamoDbLedger } from '@lapse/aws/dynamodb-ledger'
import { once } from '@lapse/aws/once'
import { optional, required } from '@lapse/aws/settings/texts'
import { keyRotatedSettings } from '@lapse/aws/settings/workflows'
import type { Sweep, SweepRow } from '@lapse/core/sweep'
import { ledgerDb } from './dynamo-db.ts'
import { environment } from './environment.ts'
import { clock } from './observability.ts'
import { rotationServicesOf } from './rotation.ts'
import { partsOfSweep } from './sweep-parts.ts'
import { servicesOf } from './workflows.ts'

/** Nothing is urgent here: what Ory's rate limit leaves is enough, and worth waiting for. */
const hygiene = { lane: 'hygiene', event: 'sweep', patienceMs: 30_000 } as const

const services = once(() => servicesOf(hygiene))
const rotation = once(async () => rotationServicesOf((await services()).ory))

/** What one sweep works with; secrets are looked at only where some are configured. */
export async function sweepParts(): Promise<Sweep> {
  const rotates = optional(environment, 'ROTATED_SECRETS') !== undefined
  return partsOfSweep({
    services: await services(),
    rotation: rotates ? await rotation() : undefined,
    keys: keyRotatedSettings(environment),
    sweeps: dynamoDbLedger<SweepRow>(required(environment, 'LEDGER_TABLE'), clock, ledgerDb),
  })
}
