import { keyRotatedSettings } from '@lapse/aws/settings/workflows'
import { EventError } from '@lapse/core/errors'
import { type KeyRotated, parseKeyRotated } from '@lapse/core/events'
import { keyRotated } from '@lapse/core/workflows'
import { CommandError } from '../errors.ts'
import { type PlanOptions, showPlan } from '../plan/show-plan.ts'
import { readBody } from '../send/read-body.ts'
import { refusalOf } from '../send/refusal.ts'

/** A plan looks only: what is protected, and how long things live, is the worker's to know. */
const settings = keyRotatedSettings({})

/** `lapse plan key-rotated <file>`: what the event in a file would do now. */
export async function planKeyRotated(file: string, options: PlanOptions): Promise<void> {
  await showPlan(keyRotated(settings), read(await readBody(file)), options)
}

function read(body: string): KeyRotated {
  try {
    return parseKeyRotated(body)
  } catch (error) {
    if (!(error instanceof EventError)) throw error
    throw new CommandError(`the event cannot be read: ${refusalOf(error, body)}`, { cause: error })
  }
}
