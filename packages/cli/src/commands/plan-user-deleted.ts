import { userDeletedSettings } from '@lapse/aws/settings/workflows'
import { parseUserDeleted } from '@lapse/core/events'
import { userDeleted } from '@lapse/core/workflows'
import { UsageError } from '../errors.ts'
import { eventOfOptions } from '../plan/event-of-options.ts'
import { type PlanOptions, showPlan } from '../plan/show-plan.ts'

/** Nothing of these is in a plan; a receipt needs them. */
const settings = userDeletedSettings({})

/** `lapse plan user-deleted`: observes, plans, and goes no further. */
export async function planUserDeleted({
  subject,
  ...options
}: PlanOptions & { readonly subject: string }): Promise<void> {
  if (subject === '') throw new UsageError('--subject is empty; say whose grants to look for')
  const event = eventOfOptions('user.deleted', { subject }, (body) => parseUserDeleted(body), {
    subject: '--subject',
  })
  await showPlan(userDeleted(settings), event, options)
}
