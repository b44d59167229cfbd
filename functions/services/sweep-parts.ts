import type { Ledger } from '@lapse/core/ports'
import {
  overdueSecrets,
  overwrittenCredentials,
  type RotationServices,
  retire,
  retireKind,
} from '@lapse/core/rotation'
import { expectedPass, type Services } from '@lapse/core/run'
import {
  type Inspection,
  inspections,
  type Look,
  lookOf,
  passExecute,
  type Sweep,
  type SweepRow,
} from '@lapse/core/sweep'
import {
  type KeyRotatedServices,
  type KeyRotatedSettings,
  type OffboardingServices,
  retireKeys,
  retireKeysKind,
} from '@lapse/core/workflows'

/** What the sweep is put together from; rotation only where secrets are configured. */
export interface SweepServices {
  readonly services: Services & KeyRotatedServices & Pick<OffboardingServices, 'resets'>
  readonly rotation: RotationServices | undefined
  readonly keys: KeyRotatedSettings
  /** Where it is kept what a sweep came to; absent: nowhere. */
  readonly sweeps?: Ledger<SweepRow>
}

/** Who executes which follow-up, and what is looked at besides. */
export function partsOfSweep({ services, rotation, keys, sweeps }: SweepServices): Sweep {
  const { followUps, clock, log, metrics } = services
  return {
    followUps,
    clock,
    log,
    metrics,
    ...(sweeps && { sweeps }),
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
      ...inspections({ ...services, ...keys }),
      ...(rotation === undefined ? [] : secretInspections(rotation)),
    ],
  }
}

function secretInspections(rotation: RotationServices): readonly Inspection[] {
  return [
    {
      name: 'a secret is overdue',
      metric: 'SecretsOverdue',
      look: async () => partly(await overdueSecrets(rotation)),
    },
    {
      name: 'a credential does not authenticate any more',
      metric: 'CredentialsOverwritten',
      look: async (allowance) => partly(await overwrittenCredentials(allowance, rotation)),
    },
  ]
}

/** Those with a problem could not be looked at: neither good nor bad is known of them. */
function partly(secrets: readonly { readonly problem?: string }[]): Look {
  const problems = secrets.flatMap(({ problem, ...secret }) =>
    problem === undefined ? [] : [{ ...secret, problem }],
  )
  return lookOf(
    secrets.filter(({ problem }) => problem === undefined).map((secret) => ({ ...secret })),
    problems,
  )
}
