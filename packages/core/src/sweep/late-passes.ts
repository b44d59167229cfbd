import { DeadlineError } from '../errors.ts'
import type { FollowUps, Ledger } from '../ports/index.ts'
import { expectedPass, type WorkflowRow } from '../run/index.ts'
import type { Allowance, Execute, Finding } from './sweep.ts'

interface PassServices {
  readonly ledger: Ledger<WorkflowRow>
  readonly followUps: FollowUps
  readonly clock: { now(): number }
}

/** Ends the watch over a follow-up pass that has its receipt; one that has none is looked at again. */
export function passExecute({ ledger }: PassServices): Execute {
  return async ({ data }) => {
    const stored = await ledger.read(rowKeyOf(data))
    return stored?.row.receipt === undefined ? undefined : 'closed'
  }
}

/**
 * Follow-up passes that should have a receipt by now.
 * @throws DeadlineError rather than tell of some of them as if they were all
 */
export async function latePasses(
  { ledger, followUps, clock }: PassServices,
  { deadline }: Pick<Allowance, 'deadline'>,
): Promise<readonly Finding[]> {
  const late: Finding[] = []
  for await (const { kind, dueAt, data } of followUps.due(clock.now())) {
    if (kind !== expectedPass) continue
    if (clock.now() >= deadline) throw new DeadlineError('no time to look at every late pass')
    const stored = await ledger.read(rowKeyOf(data))
    if (stored?.row.receipt === undefined) late.push({ ...data, overdue_ms: clock.now() - dueAt })
  }
  return late
}

function rowKeyOf({ workflow, event, pass }: Readonly<Record<string, unknown>>) {
  return { workflow: String(workflow), event: String(event), pass: String(pass) }
}
