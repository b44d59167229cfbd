import type { Lane } from '@lapse/core/lane'
import { findRunningDev } from '../dev-file.ts'
import { UsageError } from '../errors.ts'
import { type Place, placeNamed, placeOfDev } from '../place.ts'
import type { OryEnvironment } from '../plan/open-ory.ts'
import { type Target, targetNamed, targetOfDev } from '../send/target.ts'

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
  environment: Place['variables'],
  directory: string,
  lane: Lane,
): Promise<RunPlace> {
  const queueVariable = queueVariableOf(lane)
  if (environment[queueVariable] || environment['LEDGER_TABLE'])
    return named(environment, queueVariable)

  const dev = await findRunningDev(directory)
  if (dev === undefined)
    throw new UsageError(
      `no queue is known; start lapse dev here, or set ${[queueVariable, ...others].join(', ')}`,
    )
  const adminUrl = dev.environment['ORY_ADMIN_URL']
  return {
    ory: { adminUrl, apiKey: environment['ORY_API_KEY'] },
    ledger: placeOfDev(dev, environment),
    target: targetOfDev(queueVariable, dev),
  }
}

function named(
  environment: Place['variables'],
  queueVariable: ReturnType<typeof queueVariableOf>,
): RunPlace {
  const missing = [queueVariable, ...others].filter((name) => !environment[name])
  if (missing.length > 0)
    throw new UsageError(
      `${missing.join(' and ')} ${missing.length === 1 ? 'is' : 'are'} not set; give what the function user-deleted has`,
    )
  const {
    ORY_ADMIN_URL: adminUrl,
    ORY_API_KEY: apiKey,
    [queueVariable]: queueUrl = '',
  } = environment
  return {
    ory: { adminUrl, apiKey },
    ledger: placeNamed(environment),
    target: targetNamed(queueVariable, queueUrl),
  }
}
