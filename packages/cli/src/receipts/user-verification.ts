import type { UserDeleted } from '@lapse/core/events'
import { isAlive } from '@lapse/core/receipts'
import {
  type Counts,
  dryRun,
  type MayStillWork,
  type Reading,
  type Workflow,
} from '@lapse/core/run'
import { keptCountsText } from '../output/counts.ts'
import { type Block, columns, hanging } from '../output/layout.ts'
import { styled } from '../output/print.ts'
import { timeText } from '../output/time.ts'

/** What a look at Ory said, as `--json` has it. Stable: names and meanings stay. */
export interface UserVerification {
  readonly verified: 'user-deleted'
  /** When it was looked at, RFC 3339. */
  readonly at: string
  /** `nothing-listed` does not say that nothing is there: see `cannot_be_seen`. */
  readonly result: 'nothing-listed' | 'left'
  readonly listed: Counts
  /** What may work whatever is listed; `until`: the latest, if something was issued just before. */
  readonly may_still_work: readonly MayStillWork[]
  readonly cannot_be_seen: readonly string[]
  /** What was not looked at although it could be, as a plan says it. */
  readonly not_looked_at: readonly string[]
}

/** What no list of Ory's shows, and no receipt of it can be seen to be true. */
const unseen: readonly string[] = [
  'login sessions that no listed consent stands on, and logins in flight',
  'consents that Ory does not list: its list shows fewer than there are',
  'access tokens that resource servers check offline, and those of the jwt-bearer grant',
  'whether the identity provider refuses the user',
]

/** What a user who is deleted keeps none of; login sessions and clients are those behind consents. */
const ended = ['consent_sessions', 'identity_sessions', 'issued_api_keys', 'imported_api_keys']

/** Told even where nobody has counted any. */
const always = { consent_sessions: 0, login_sessions: 0, clients: 0 }

/** Looks as a plan does, without a ledger, and changes nothing. @param now milliseconds since the epoch */
export async function leftOf<Observation>(
  event: UserDeleted,
  workflow: Workflow<UserDeleted, Observation>,
  reading: Pick<Reading, 'ory' | 'accounts'>,
  now: number,
): Promise<UserVerification> {
  const { before, not_looked_at } = await dryRun(workflow, event, reading, now)
  const at = { now, followUpNotBefore: undefined }
  const survivors = await workflow.survivors(event, [before], reading, at)
  const shown = [...Object.keys(always), ...ended]
  const seen = Object.entries(before).filter(([name]) => shown.includes(name))
  return {
    verified: 'user-deleted',
    at: new Date(now).toISOString(),
    result: ended.some((name) => (before[name] ?? 0) > 0) ? 'left' : 'nothing-listed',
    listed: { ...always, ...Object.fromEntries(seen) },
    may_still_work: survivors.filter((survivor) => isAlive(survivor, now)),
    cannot_be_seen: unseen,
    not_looked_at,
  }
}

/** @param origin of the Ory that was asked @param find how its receipts are found */
export function verificationLines(
  left: UserVerification,
  origin: string,
  find: string,
): readonly Block[] {
  const isLeft = left.result === 'left'
  const verdict = isLeft
    ? `${origin} lists ${keptCountsText(left.listed)}`
    : `${origin} lists nothing of this user`
  const rows = [
    ...left.may_still_work.map((survivor) => ['may still work', survivorText(survivor)]),
    ...left.not_looked_at.map((what) => ['not looked at', what]),
    ...left.cannot_be_seen.map((what) => ['cannot be seen', what]),
  ]
  return [
    hanging(styled(['bold', isLeft ? 'red' : 'green'], verdict)),
    ...columns(
      rows.map(([title = '', text = ''], at) => [rows[at - 1]?.[0] === title ? '' : title, text]),
      {
        hang: 2,
      },
    ),
    ...(isLeft ? [] : [`What was done, and when, is in a receipt: ${find}`]),
  ]
}

function survivorText({ what, until, count }: MayStillWork): string {
  const many = count === undefined ? '' : `${count} `
  return `${many}${what}, ${until === null ? 'until somebody ends it' : `until ${timeText(until)}, if one was issued just now`}`
}
