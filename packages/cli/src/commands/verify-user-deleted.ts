import { userSettings } from '@lapse/aws/settings/workflows'
import { parseUserDeleted } from '@lapse/core/events'
import { systemClock } from '@lapse/core/ports'
import { userDeleted } from '@lapse/core/workflows'
import { CommandError, UsageError } from '../errors.ts'
import { print, printJson } from '../output/print.ts'
import type { StageOption } from '../place/find-place.ts'
import { eventOfSubject } from '../plan/event-of-options.ts'
import { findPlanPlace } from '../plan/find-plan-place.ts'
import { openOry } from '../plan/open-ory.ts'
import { planProblem, settingsProblem } from '../plan/plan-problem.ts'
import { subjectGiven } from '../receipts/subject-given.ts'
import { leftOf, verificationLines } from '../receipts/user-verification.ts'

export interface VerifyUserOptions extends StageOption {
  readonly subject?: string
  readonly json?: boolean
}

/** `lapse verify user-deleted`: what Ory lists of a user now, and what nobody can see. */
export async function verifyUserDeleted({
  subject: given,
  json = false,
  stage,
}: VerifyUserOptions): Promise<void> {
  if (given === undefined)
    throw new UsageError('give --subject; --subject - reads it from standard input')
  const event = eventOfSubject('user.deleted', await subjectGiven(given), parseUserDeleted)
  const place = await findPlanPlace(process.env, process.cwd(), { stage }).catch(settingsProblem)
  const settings = await Promise.resolve(place.variables).then(userSettings).catch(settingsProblem)

  await using ory = openOry(place.ory)
  const left = await leftOf(event, userDeleted(settings), ory, systemClock.now()).catch(
    (error: unknown) => {
      throw planProblem(error, place.ory)
    },
  )
  if (json) printJson(left)
  else print(...verificationLines(left, new URL(String(place.ory.adminUrl)).origin))
  if (left.result === 'left')
    throw new CommandError(
      'something of this user is left at Ory; an event user.deleted ends it: lapse example user.deleted shows one',
    )
}
