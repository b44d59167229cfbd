import { userDeleted } from '@lapse/core/workflows'
import { UsageError } from '../errors.ts'
import { type PlanOptions, showPlan } from '../plan/show-plan.ts'

/** Nothing of these is in a plan; a receipt needs them. */
const settings = { followUpAfterMs: 0, accessTokenLifespanMs: 0 }

/** `lapse plan user-deleted`: observes, plans, and goes no further. */
export async function planUserDeleted({
  subject,
  ...options
}: PlanOptions & { readonly subject: string }): Promise<void> {
  if (subject === '') throw new UsageError('--subject is empty; say whose grants to look for')
  const event = {
    type: 'user.deleted',
    id: 'plan',
    source: 'lapse plan',
    time: new Date().toISOString(),
    data: { subject },
    subject,
  } as const
  await showPlan(userDeleted(settings), event, options)
}
