import type { Lane } from '@lapse/core/lane'
import { findRunningDev } from '../dev-file.ts'
import { UsageError } from '../errors.ts'
import type { OryEnvironment } from '../plan/open-ory.ts'
import { type Place, placeOf, protectedAsWell } from '../rotation/place.ts'
import { findTarget, type Target } from '../send/target.ts'

type Variables = Readonly<Record<string, string | undefined>>

/** Where a run is: a queue, the ledger in which its worker writes receipts, and the Ory of that worker. */
export interface RunPlace {
  readonly ory: OryEnvironment
  readonly ledger: Place
  readonly target: Target
}

const others = ['LEDGER_TABLE', 'LEDGER_KEY_SECRET_ID', 'ORY_ADMIN_URL'] as const

/** Incidents have a queue of their own. */
function queueVariableOf(lane: Lane) {
  return lane === 'incident' ? 'USER_DELETED_INCIDENT_QUEUE_URL' : 'USER_DELETED_QUEUE_URL'
}

/**
 * The place that the environment names, all of it: with the queue of one and the ledger of another no
 * receipt would ever be found. Where it names neither queue nor ledger, the `lapse dev` that runs here.
 *
 * @throws UsageError for what is missing, CommandError where `lapse dev` is gone
 */
export async function findRunPlace(
  environment: Variables,
  directory: string,
  lane: Lane,
): Promise<RunPlace> {
  const queueVariable = queueVariableOf(lane)
  if (environment[queueVariable] || environment['LEDGER_TABLE'])
    return named(environment, directory, queueVariable)

  const dev = await findRunningDev(directory)
  if (dev === undefined)
    throw new UsageError(
      `no queue is known; start lapse dev here, or set ${[queueVariable, ...others].join(', ')}`,
    )
  const target = await findTarget(queueVariable, {}, directory)
  const adminUrl = dev.environment['ORY_ADMIN_URL']
  return {
    ory: { adminUrl, apiKey: environment['ORY_API_KEY'] },
    ledger: placeOf(protectedAsWell(dev, environment)),
    target,
  }
}

async function named(
  environment: Variables,
  directory: string,
  queueVariable: ReturnType<typeof queueVariableOf>,
): Promise<RunPlace> {
  const missing = [queueVariable, ...others].filter((name) => !environment[name])
  if (missing.length > 0)
    throw new UsageError(
      `${missing.join(' and ')} ${missing.length === 1 ? 'is' : 'are'} not set; give what the function user-deleted has`,
    )
  const { ORY_ADMIN_URL: adminUrl, ORY_API_KEY: apiKey } = environment
  return {
    ory: { adminUrl, apiKey },
    ledger: { variables: environment, secretsManager: {}, dynamoDb: {} },
    target: await findTarget(queueVariable, environment, directory),
  }
}
