import { locateRow } from './locate-row.ts'
import type { Services, Workflow, WorkflowEvent } from './workflow.ts'

/** A follow-up pass that the ledger knows of. */
export interface ExpectedFollowUp {
  /** What the first pass called the event in the ledger. */
  readonly eventKey: string
  /** When it is due, in milliseconds since the epoch. */
  readonly notBefore: number
}

/**
 * The follow-up pass that the first pass of an event has sent a message for, by the ledger's word.
 * @param key what the message calls its event in the ledger; it counts where a row bears it out
 */
export async function expectedFollowUp<
  Event extends WorkflowEvent,
  Observation,
  Needs extends Services,
>(
  workflow: Workflow<Event, Observation, Needs>,
  event: Event,
  services: Needs,
  key: string | undefined,
): Promise<ExpectedFollowUp | undefined> {
  const sought = { pass: 'first', ...(key !== undefined && { key }) } as const
  const { stored } = await locateRow(workflow, event, sought, services)
  const notBefore = stored?.row.followUpNotBefore
  return stored && notBefore !== undefined
    ? { eventKey: stored.row.event.key, notBefore }
    : undefined
}
