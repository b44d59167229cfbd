import { userSettings } from '@lapse/aws/settings/workflows'
import { parseUserDeleted, type UserDeleted } from '@lapse/core/events'
import { systemClock } from '@lapse/core/ports'
import { userDeleted } from '@lapse/core/workflows'
import { CommandError, UsageError } from '../errors.ts'
import { print, printJson } from '../output/print.ts'
import { commandAt } from '../place/command-at.ts'
import type { StageOption } from '../place/find-place.ts'
import { eventOfSubject } from '../plan/event-of-options.ts'
import { findPlanPlace, type PlanPlace } from '../plan/find-plan-place.ts'
import { openReading } from '../plan/open-reading.ts'
import { planProblem, settingsProblem } from '../plan/plan-problem.ts'
import { subjectGiven } from '../receipts/subject-given.ts'
import { leftOf, type UserVerification, verificationLines } from '../receipts/user-verification.ts'

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

  const left = await lookAt(event, userDeleted(settings), place)
  const find = commandAt({ stage }, 'lapse receipts find --subject -')
  if (json) printJson(left)
  else print(...verificationLines(left, new URL(String(place.ory.adminUrl)).origin, find))
  if (left.result === 'left')
    throw new CommandError(
      'something of this user is left at Ory; an event user.deleted ends it: lapse example user.deleted shows one',
    )
}

/** The ledger is not asked: what it says was done is in receipts. */
async function lookAt(
  event: UserDeleted,
  workflow: ReturnType<typeof userDeleted>,
  place: PlanPlace,
): Promise<UserVerification> {
  try {
    await using opened = await openReading({ ...place, ledger: undefined })
    return await leftOf(event, workflow, opened.reading, systemClock.now())
  } catch (error) {
    const { ORY_IDENTITIES_URL: identitiesUrl } = place.variables
    throw planProblem(error, { ...place.ory, identitiesUrl })
  }
}
