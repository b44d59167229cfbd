import { retireKind } from './overlap.ts'
import { isEnded, openRow } from './row.ts'
import type { RotationServices } from './services.ts'

/**
 * Ends the rotation of a secret whose client was made anew, under the client's lease: what the client
 * accepted before is gone, so that nothing is left to retire or to go back to.
 * @param outcome what came of its follow-ups
 */
export async function endRotation(
  secretArn: string,
  outcome: string,
  { ledger, followUps, clock }: Pick<RotationServices, 'ledger' | 'followUps' | 'clock'>,
): Promise<void> {
  const open = await openRow(ledger, secretArn)
  if (open === undefined) return
  if (!isEnded(open.row)) await open.update({ phase: 'closed', closedAt: clock.now() })
  for await (const followUp of followUps.open(retireKind))
    if (followUp.data['secret_arn'] === secretArn) await followUps.end(followUp, outcome)
}
