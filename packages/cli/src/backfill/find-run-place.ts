import type { Lane } from '@lapse/core/lane'
import { UsageError } from '../errors.ts'
import { findPlace, type StageOption } from '../place/find-place.ts'
import type { Place } from '../place.ts'
import { type OryEnvironment, oryIn } from '../plan/open-ory.ts'
import { type Target, targetIn } from '../send/target.ts'

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
 * The stage that is named; the place that the environment names, all of it: with the queue of one and
 * the ledger of another no receipt would ever be found. Where it names neither queue nor ledger, the
 * `lapse dev` that runs here.
 *
 * @throws UsageError for what is missing, CommandError where `lapse dev` is gone
 */
export async function findRunPlace(
  environment: Place['variables'],
  directory: string,
  lane: Lane,
  { stage }: StageOption = {},
): Promise<RunPlace> {
  const queueVariable = queueVariableOf(lane)
  const isNamed = (variables: Place['variables']) =>
    Boolean(variables[queueVariable] || variables['LEDGER_TABLE'])
  const place = await findPlace({ stage, asksOry: true, isNamed }, environment, directory)
  if (place === undefined)
    throw new UsageError(
      `no queue is known; start lapse dev here, or set ${[queueVariable, ...others].join(', ')}, or give --stage`,
    )
  if (place.by === 'environment') insistOnAll(environment, queueVariable)
  return {
    ory: oryIn(place, environment),
    ledger: place,
    target: targetIn(place, queueVariable),
  }
}

function insistOnAll(
  environment: Place['variables'],
  queueVariable: ReturnType<typeof queueVariableOf>,
): void {
  const missing = [queueVariable, ...others].filter((name) => !environment[name])
  if (missing.length > 0)
    throw new UsageError(
      `${missing.join(' and ')} ${missing.length === 1 ? 'is' : 'are'} not set; give what the function user-deleted has`,
    )
}
