import { type WaitedFor, type WorkflowRow, waitedForOf } from '@lapse/core/run'
import { timeText } from '../output/time.ts'

const words: Readonly<Record<WaitedFor, string>> = {
  deployment: 'waits for us: a setting, a key or a URL of the deployment is wrong',
  ory: 'waits for Ory',
  'rate-limit': "waits for Ory's rate limit",
  aws: 'waits for AWS',
  lease: 'waits for another delivery',
  time: 'waits for an invocation with more time left',
  redelivery: 'waits for the queue',
}

const dayMs = 24 * 60 * 60_000

/** As docs/runbook.md has it. */
const givenUpAfterDays = (kind: WaitedFor) => (kind === 'deployment' ? 4 : 10)

/** What the event of an open row waits for, and until when. */
export function waitText({ attempts, turns = [], expected, openedAt, lane }: WorkflowRow): string {
  const last = attempts.at(-1)
  if (last === undefined || last.endedAt === undefined)
    return `attempt ${last?.number ?? 1} is under way`
  const code = last.outcome ?? 'died'
  const turn = turns.at(-1)
  const ended = `attempt ${last.number} ended with ${code} at ${timeText(last.endedAt)}`
  if (code === 'ERR_RATE_BUDGET' && turn !== undefined)
    return `${ended}: stands in line for Ory's rate limit (${turn.bucket}) until ${timeText(turn.at)}${lane === 'incident' ? '' : '; sent again with --lane incident it goes first'}`
  const kind = waitedForOf(code)
  if (kind === undefined)
    return `${ended}: is tried again within 6 minutes, and is on the DLQ once five tries have failed`
  const until = timeText(openedAt + givenUpAfterDays(kind) * dayMs)
  const at = expected?.[kind]
  const again = at === undefined ? 'within 15 minutes' : `at ${timeText(at)}`
  return `${ended}: ${words[kind]}; is tried again ${again}, and given up after ${until}`
}
