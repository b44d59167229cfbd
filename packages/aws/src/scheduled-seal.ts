import type { Log, Metrics } from '@lapse/core/ports'
import { type Sealed, type SealServices, seal } from '@lapse/core/receipts-log'
import { allowanceOf, type Remaining } from './allowance.ts'

/** A log, and where it is told how that goes. */
export type Sealing = SealServices & { readonly log: Log; readonly metrics: Metrics }

/** What an invocation answers with; nothing of a receipt. */
export type SealReport = Omit<Sealed, 'refused'> & { readonly refused: number }

/**
 * A Lambda handler for a schedule: everything that is closed is sealed, or as much as there is time
 * for, and a checkpoint is signed either way. What fails fails the invocation; the next one goes on
 * from there.
 */
export function scheduledSeal(
  makeSealing: () => Promise<Sealing>,
): (event: unknown, context: Remaining) => Promise<SealReport> {
  return async (_event, context) => {
    const { log, metrics, ...services } = await makeSealing()
    const { clock } = services
    const { deadline } = allowanceOf(context, clock)
    // A batch has to be published within the time that it is begun in: half of it is left for that.
    const begun = clock.now()
    const hasTime = () => clock.now() < begun + (deadline - begun) / 2
    try {
      const sealed = await seal(services, hasTime)
      tell(sealed, log, metrics)
      return { ...sealed, refused: sealed.refused.length }
    } finally {
      metrics.flush()
    }
  }
}

function tell({ outcome, added, open, refused }: Sealed, log: Log, metrics: Metrics): void {
  for (const { id, reason } of refused)
    log.error('a receipt cannot be an entry of the log', { receipt_id: id, reason })
  metrics.count('ReceiptsUnsealable', refused.length)
  if (outcome === 'overtaken') return
  metrics.count('CheckpointsSigned', 1)
  metrics.count('ReceiptsSealed', added)
  metrics.count('ReceiptsPending', open)
}
