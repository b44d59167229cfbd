import type { RotationServices } from '@lapse/core/rotation'
import type { Receipt } from '@lapse/core/run'
import { CommandError } from '../errors.ts'
import { durationText } from '../output/duration.ts'
import { newProgress } from '../output/progress.ts'
import { pausing } from '../pause.ts'
import { commandAt } from '../place/command-at.ts'
import type { StageOption } from '../place/find-place.ts'
import type { Place } from '../place.ts'
import { toldSecrets } from '../rotation/told-secrets.ts'
import { rotationOutcome } from './rotation-outcome.ts'

/** A rotation that was started. */
interface Started {
  readonly secretId: string
  readonly versionId: string
}

/**
 * Waits for what becomes of a rotation.
 * @returns its receipt
 * @throws CommandError where it has not ended well
 */
export async function waitForRotation(
  { secretId, versionId }: Started,
  patienceMs: number,
  services: RotationServices,
  place: Place & StageOption,
  signal: AbortSignal,
): Promise<Receipt> {
  const { secrets, receipts, clock } = services
  const arn = (await secrets.describe(secretId))?.arn
  const key = { workflow: 'secret-rotation', event: `${arn}#${versionId}`, pass: 'rotate' }
  const progress = newProgress()
  const status = commandAt(place, 'lapse rotate --status')
  const look = {
    receipt: async () => (await receipts.read(key))?.row.receipt,
    stages: async () => (await secrets.describe(secretId))?.versions[versionId] ?? [],
  }
  const outcome = await rotationOutcome(look, patienceMs, {
    clock,
    pause: pausing(signal),
    tell: (what) => progress.update(`rotating: ${what}; Ctrl-C stops looking`),
    signal,
  })
    .catch((error: unknown) => {
      throw signal.aborted
        ? new CommandError(`interrupted; the rotation goes on: ${status} tells of it`)
        : error
    })
    .finally(progress.clear)
  if (outcome.result === 'receipt')
    // It has the shape of the receipts of events, as far as a person is shown.
    return outcome.receipt as unknown as Receipt
  if (outcome.result === 'given-up')
    throw new CommandError(
      `the rotation was given up: somebody else has undone it; ${status} tells how the secret stands`,
    )
  throw new CommandError(
    `not rotated within ${durationText(patienceMs)}: ${await problemOf(secretId, services, place)}`,
  )
}

/** Why, as far as the secret shows it, and what to do next. */
async function problemOf(
  secretId: string,
  services: RotationServices,
  place: Place & StageOption,
): Promise<string> {
  const secret = (await toldSecrets(services, place)).find(
    (one) => one.secretId === secretId || one.arn === secretId,
  )
  const {
    verdict = 'unknown',
    problem = 'the rotation runs, or its function fails',
    next,
  } = secret ?? {}
  return `${verdict}: ${problem}; the log of rotate-client-secret says more${next === undefined ? '' : `; next: ${next}`}`
}
