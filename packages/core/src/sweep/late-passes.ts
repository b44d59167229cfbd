import type { FollowUps, Ledger } from '../ports/index.ts'
import { expectedPass, type WorkflowRow } from '../workflows/index.ts'
import type { Execute, Finding } from './sweep.ts'

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

/** Follow-up passes that should have a receipt by now. */
export async function latePasses({
  ledger,
  followUps,
  clock,
}: PassServices): Promise<readonly Finding[]> {
  const late: Finding[] = []
  for await (const { kind, dueAt, data } of followUps.due(clock.now())) {
    if (kind !== expectedPass) continue
    const stored = await ledger.read(rowKeyOf(data))
    if (stored?.row.receipt === undefined) late.push({ ...data, overdue_ms: clock.now() - dueAt })
  }
  return late
}

function rowKeyOf({ workflow, event, pass }: Readonly<Record<string, unknown>>) {
  return { workflow: String(workflow), event: String(event), pass: String(pass) }
}
