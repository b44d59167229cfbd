import type { RotationReceipt } from '@lapse/core/rotation'
import type { WaitServices } from './event-outcome.ts'

/** What can be seen of a rotation that was started. */
export interface RotationLook {
  readonly receipt: () => Promise<RotationReceipt | undefined>
  /** The stages of the version that it makes; none where Secrets Manager does not know it any more. */
  readonly stages: () => Promise<readonly string[]>
}

/** How waiting for a rotation ended. */
export type RotationOutcome =
  | { readonly result: 'receipt'; readonly receipt: RotationReceipt }
  /** The version is gone without having been current: somebody has given the rotation up. */
  | { readonly result: 'given-up' }
  /** It has not ended within the patience: Secrets Manager tries its steps again. */
  | { readonly result: 'unfinished' }

const pauseMs = 1000

/** Looks until the rotation has its receipt, is given up, or the patience is over. */
export async function rotationOutcome(
  look: RotationLook,
  patienceMs: number,
  { clock, pause, tell, signal }: WaitServices,
): Promise<RotationOutcome> {
  const until = clock.now() + patienceMs
  let wasThere = false
  for (;;) {
    // The stages first: a receipt is there before the last of them moves away.
    const stages = await look.stages()
    const receipt = await look.receipt()
    if (receipt !== undefined) return { result: 'receipt', receipt }
    if (wasThere && stages.length === 0) return { result: 'given-up' }
    wasThere ||= stages.length > 0
    signal.throwIfAborted()
    if (clock.now() >= until) return { result: 'unfinished' }
    tell(stagesText(stages))
    await pause(Math.min(pauseMs, until - clock.now()))
    signal.throwIfAborted()
  }
}

function stagesText(stages: readonly string[]): string {
  return stages.length === 0
    ? 'Secrets Manager has begun no version yet'
    : `the new version is at ${stages.join(', ')}`
}
