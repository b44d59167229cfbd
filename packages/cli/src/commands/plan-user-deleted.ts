import { type DryRun, dryRun, userDeleted } from '@lapse/core/workflows'
import { UsageError } from '../errors.ts'
import { print, printJson } from '../output/print.ts'
import { openOry } from '../plan/open-ory.ts'
import { oryProblem } from '../plan/ory-problem.ts'
import { planLines } from '../plan/plan-lines.ts'

export interface PlanOptions {
  readonly subject: string
  readonly json?: boolean
}

/** Nothing of these is in a plan; a receipt needs them. */
const settings = { followUpAfterMs: 0, accessTokenLifespanMs: 0 }

/** `lapse plan user-deleted`: observes, plans, and goes no further. */
export async function planUserDeleted({ subject, json }: PlanOptions): Promise<void> {
  if (subject === '') throw new UsageError('--subject is empty; say whose grants to look for')
  const { ORY_ADMIN_URL: adminUrl, ORY_API_KEY: apiKey } = process.env
  const plan = await planAt({ adminUrl, apiKey }, subject)
  if (json) printJson(plan)
  else print(...planLines(plan, new URL(String(adminUrl)).origin))
}

async function planAt(
  at: { readonly adminUrl: string | undefined; readonly apiKey: string | undefined },
  subject: string,
): Promise<DryRun> {
  await using ory = openOry(at)
  const event = {
    type: 'user.deleted',
    id: 'plan',
    source: 'lapse plan',
    time: new Date().toISOString(),
    data: { subject },
    subject,
  } as const
  return await dryRun(userDeleted(settings), event, { ory }).catch((error: unknown) => {
    throw oryProblem(error, at)
  })
}
