import { offboardingSettings } from '@lapse/aws/settings/workflows'
import { type OffboardingMode, parseAppOffboarded } from '@lapse/core/events'
import { offboarding } from '@lapse/core/workflows'
import { UsageError } from '../errors.ts'
import { eventOfOptions } from '../plan/event-of-options.ts'
import { type PlanOptions, showPlan } from '../plan/show-plan.ts'

export interface AppOptions extends PlanOptions {
  readonly clientId?: string
  readonly owner?: string
  readonly mode: OffboardingMode
}

/** A plan looks only: what is protected, and how long things live, is the worker's to know. */
const settings = offboardingSettings({})

/** `lapse plan app-offboarded`: what would be done to one client, or to those of an owner. */
export async function planAppOffboarded(options: AppOptions): Promise<void> {
  const { clientId, owner, mode } = options
  if ((clientId === undefined) === (owner === undefined)) {
    throw new UsageError('give one of --client-id and --owner; lapse plan --help shows how')
  }
  if (clientId === '' || owner === '') {
    throw new UsageError(`${owner === '' ? '--owner' : '--client-id'} is empty; say which apps`)
  }
  const event = eventOfOptions(
    'app.offboarded',
    { client_id: clientId, owner, mode },
    parseAppOffboarded,
    { client_id: '--client-id', owner: '--owner' },
  )
  await showPlan(offboarding(event, settings), event, options)
}
