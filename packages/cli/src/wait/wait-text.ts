import type { WaitingCause } from '@lapse/core/errors'
import type { WorkflowRow } from '@lapse/core/run'
import { timeText } from '../output/time.ts'

/** What an attempt that ended with a code waits for, where the code says so by itself. */
const causes: Readonly<Record<string, WaitingCause>> = {
  ERR_CONFIG: 'deployment',
  ERR_ORY_CONFIGURATION: 'deployment',
  ERR_ORY_API: 'ory',
  ERR_ORY_TRANSPORT: 'ory',
  ERR_CIRCUIT_OPEN: 'ory',
  ERR_ORY_ABORTED: 'aws',
  ERR_DEADLINE: 'aws',
  ERR_LEASE_HELD: 'aws',
  ERR_LEDGER_CONFLICT: 'aws',
  ERR_UNAVAILABLE: 'aws',
}

const words: Readonly<Record<WaitingCause, string>> = {
  deployment: 'waits for us: a setting, a key or a URL of the deployment is wrong',
  ory: 'waits for Ory',
  aws: 'waits for AWS, time or another delivery',
}

const dayMs = 24 * 60 * 60_000

/** As docs/runbook.md has it. */
const givenUpAfterDays: Readonly<Record<WaitingCause, number>> = { deployment: 4, ory: 10, aws: 10 }

/** What the event of an open row waits for, and until when. */
export function waitText({ attempts, turn, openedAt }: WorkflowRow): string {
  const last = attempts.at(-1)
  if (last === undefined || last.endedAt === undefined)
    return `attempt ${last?.number ?? 1} is under way`
  const code = last.outcome ?? 'died'
  const ended = `attempt ${last.number} ended with ${code} at ${timeText(last.endedAt)}`
  if (code === 'ERR_RATE_BUDGET' && turn !== undefined)
    return `${ended}: stands in line for Ory's rate limit (${turn.bucket}) until ${timeText(turn.at)}`
  const cause = causes[code]
  if (cause === undefined) return `${ended}: is tried again`
  const until = timeText(openedAt + givenUpAfterDays[cause] * dayMs)
  return `${ended}: ${words[cause]}; is tried again within 15 minutes, and given up after ${until}`
}
