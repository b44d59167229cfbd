import { keyRotatedSettings } from '@lapse/aws/settings/workflows'
import { parseKeyRotated } from '@lapse/core/events'
import { keyRotated } from '@lapse/core/workflows'
import { eventOfFile } from '../plan/event-of-file.ts'
import { type PlanOptions, showPlan } from '../plan/show-plan.ts'

/** `lapse plan key-rotated <file>`: what the event in a file would do now. */
export async function planKeyRotated(file: string, options: PlanOptions): Promise<void> {
  await showPlan(async (settings) => {
    const event = await eventOfFile(file, parseKeyRotated)
    return { workflow: keyRotated(keyRotatedSettings(settings)), event }
  }, options)
}
