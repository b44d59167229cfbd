import {
  overdueSecrets,
  overwrittenCredentials,
  type RotationServices,
  retire,
  retireKind,
} from '@lapse/core/rotation'
import { expectedPass, type Services } from '@lapse/core/run'
import { type Inspection, inspections, passExecute, type Sweep } from '@lapse/core/sweep'
import {
  type KeyRotatedServices,
  type KeyRotatedSettings,
  retireKeys,
  retireKeysKind,
} from '@lapse/core/workflows'

/** What the sweep is put together from; rotation only where secrets are configured. */
export interface SweepServices {
  readonly services: Services & KeyRotatedServices
  readonly rotation: RotationServices | undefined
  readonly keys: KeyRotatedSettings
}

/** Who executes which follow-up, and what is looked at besides. */
export function partsOfSweep({ services, rotation, keys }: SweepServices): Sweep {
  const { followUps, clock, log, metrics } = services
  const { protectedIssuers } = keys
  return {
    followUps,
    clock,
    log,
    metrics,
    executes: {
      [expectedPass]: passExecute(services),
      [retireKeysKind]: async (followUp, allowance) => {
        const { receipt } = await retireKeys(followUp, services, keys, allowance)
        return receipt.result
      },
      ...(rotation && {
        [retireKind]: (followUp, allowance) => retire(followUp, allowance, rotation),
      }),
    },
    inspections: [
      ...inspections({ ...services, protectedIssuers }),
      ...(rotation === undefined ? [] : secretInspections(rotation)),
    ],
  }
}

function secretInspections(rotation: RotationServices): readonly Inspection[] {
  return [
    {
      name: 'a secret is overdue',
      metric: 'SecretsOverdue',
      look: async () => (await overdueSecrets(rotation)).map((secret) => ({ ...secret })),
    },
    {
      name: 'a credential does not authenticate any more',
      metric: 'CredentialsOverwritten',
      look: async (allowance) =>
        (await overwrittenCredentials(allowance, rotation)).map((secret) => ({ ...secret })),
    },
  ]
}
