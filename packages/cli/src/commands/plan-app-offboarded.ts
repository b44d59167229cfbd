import { offboardingSettings } from '@lapse/aws/settings/workflows'
import { type Offboarded, type OffboardingMode, parseAppOffboarded } from '@lapse/core/events'
import { offboarding } from '@lapse/core/workflows'
import { UsageError } from '../errors.ts'
import { eventOfFile } from '../plan/event-of-file.ts'
import { eventOfOptions } from '../plan/event-of-options.ts'
import { type PlanOptions, showPlan } from '../plan/show-plan.ts'

export interface AppOptions extends PlanOptions {
  readonly clientId?: string
  readonly owner?: string
  readonly mode?: OffboardingMode
}

/** `lapse plan app-offboarded`: what an event in a file, or one about an app or an owner, would do now. */
export async function planAppOffboarded(
  file: string | undefined,
  options: AppOptions,
): Promise<void> {
  checkOptions(file, options)
  await showPlan(async (settings) => {
    const event =
      file === undefined ? aboutApp(options) : await eventOfFile(file, parseAppOffboarded)
    return { workflow: offboarding(event, offboardingSettings(settings)), event }
  }, options)
}

function checkOptions(file: string | undefined, { clientId, owner, mode }: AppOptions): void {
  const named = [file, clientId, owner].filter((name) => name !== undefined)
  if (named.length !== 1) {
    throw new UsageError('give one of --client-id, --owner and a file; lapse plan --help shows how')
  }
  if (clientId === '' || owner === '') {
    throw new UsageError(`${owner === '' ? '--owner' : '--client-id'} is empty; say which apps`)
  }
  if (file !== undefined && mode !== undefined) {
    throw new UsageError('the event in the file says the mode; leave --mode out')
  }
  if (file === undefined && mode === undefined) {
    throw new UsageError('give --mode delete, suspend, restore or reset')
  }
}

function aboutApp({ clientId, owner, mode }: AppOptions): Offboarded {
  return eventOfOptions(
    'app.offboarded',
    { client_id: clientId, owner, mode },
    parseAppOffboarded,
    { client_id: '--client-id', owner: '--owner' },
  )
}
