import { type Clock, type FollowUps, type Ledger, rowRetentionMs } from '../ports/index.ts'
import type { WorkflowRow } from '../run/index.ts'
import type { Execute } from './execute.ts'
import { type Look, lookOf } from './inspection.ts'
import type { Round } from './rounds.ts'

interface PassServices {
  readonly ledger: Ledger<WorkflowRow>
  readonly followUps: FollowUps
  readonly clock: Clock
}

/**
 * Ends the watch over a follow-up pass that has its receipt; one that has none is looked at again,
 * until neither its message nor its row can be anywhere any more.
 */
export function passExecute({ ledger, clock }: PassServices): Execute {
  return async ({ dueAt, data }) => {
    const stored = await ledger.read(rowKeyOf(data))
    if (stored?.row.receipt !== undefined) return 'closed'
    return clock.now() - dueAt > rowRetentionMs ? 'never closed' : undefined
  }
}

/** Follow-up passes that should have a receipt by now: the watches that could not be ended. */
export function latePasses({ left, unseen, code }: Round, clock: Clock): Look {
  const late = left.map(({ dueAt, data }) => ({ ...data, overdue_ms: clock.now() - dueAt }))
  return lookOf(late, [], { unseen, code })
}

function rowKeyOf({ workflow, event, pass }: Readonly<Record<string, unknown>>) {
  return { workflow: String(workflow), event: String(event), pass: String(pass) }
}
