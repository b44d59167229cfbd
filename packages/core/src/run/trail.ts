import { VerificationError } from '../errors.ts'
import type { Attempt } from './attempt.ts'
import type { Counts } from './event-record.ts'
import { executePlan, isRefusal, waitedFor } from './execute.ts'
import { intendPart } from './row.ts'
import type { Services, WorkflowEvent } from './workflow.ts'

/**
 * Does what comes last, a part at a time: each is read, intended and made, and only then is the next one
 * read. What an attempt has no time for is the next delivery's, which reads what is left by then.
 * @returns what was counted once nothing was left; nothing where nothing comes last
 * @throws what has to be waited for
 */
export async function trail<Event extends WorkflowEvent, Observation, Needs extends Services>(
  at: Attempt<Event, Observation, Needs>,
): Promise<Counts> {
  const { workflow, event, callees, open } = at
  const { trailing } = workflow
  if (trailing === undefined) return {}

  const left: unknown[] = []
  let refused = 0
  const parts = trailing.parts(event, callees, open.row.steps)
  try {
    for (let part = await parts.next(); part.done !== true; ) {
      const steps = part.value
      await open.update((row) => intendPart(row, steps))
      const [made] = await Promise.allSettled([executePlan(steps, at)])
      if (made.status === 'fulfilled') {
        left.push(...made.value)
        refused += made.value.filter(isRefusal).length
      }
      part = await (made.status === 'fulfilled' ? parts.next() : parts.throw(made.reason))
    }
  } catch (error) {
    left.unshift(error)
  }
  tellRefused(refused, at)
  if (left.length > 0) throw waitedFor(left)

  const { counts, remaining } = await trailing.look(event, callees)
  if (Object.keys(remaining).length > 0) throw new VerificationError(workflow.name, remaining)
  open.note((row) => ({
    ...row,
    before: { ...counts, ...row.before, ...trailing.countBefore?.(row.steps) },
  }))
  return counts
}

/** The error that an attempt ends with tells of one; how many there are is for whoever has to mend it. */
function tellRefused<Event extends WorkflowEvent, Observation, Needs extends Services>(
  refused: number,
  { workflow, open, services }: Attempt<Event, Observation, Needs>,
): void {
  if (refused === 0) return
  const { key } = open.row.event
  services.log.warn('calls were refused for good, and stepped over', {
    workflow: workflow.name,
    event: key,
    what: workflow.trailing?.what,
    refused,
  })
}
