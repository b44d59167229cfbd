import { durationText } from '../../output/duration.ts'
import type { Answer } from '../../site/http.ts'
import { get } from '../../site/http.ts'
import { nobodysPath } from '../../site/ory-sides.ts'
import { queuePairs } from '../../site/queues.ts'
import type { Site } from '../../site/site.ts'
import { type Check, cannotTell, type Problem, unless, well } from '../check.ts'

/** What another clock may show more than ours, in milliseconds: its answers are in whole seconds, and take time. */
export interface ClockSeen {
  readonly whose: string
  readonly least: number
  readonly most: number
}

/** Leases allow for two seconds, and `created_at` is compared with the time of an event. */
const mostApartMs = 5000

export const clocks: Check<readonly ClockSeen[]> = {
  name: 'clocks',
  about: "clocks: ours, Ory's, AWS's",
  read,
  judge: (others) => {
    if (others.length < 2) return cannotTell('fewer than two other clocks can be seen from here')
    const ours = { whose: 'of this machine', least: 0, most: 0 }
    const all = [ours, ...others]
    const pairs = all.flatMap((one, index) =>
      all.slice(index + 1).map((other) => [one, other] as const),
    )
    return unless(
      pairs.flatMap(([one, other]) => problemOf(one, other)),
      well('they agree to a few seconds'),
    )
  },
}

async function read({ ory, variables }: Site): Promise<readonly ClockSeen[]> {
  const [pair] = queuePairs(variables).filter(({ queueUrl }) => queueUrl !== undefined)
  const origin = pair?.queueUrl && new URL(pair.queueUrl).origin
  const seen = await Promise.all([
    clockOf("of Ory's", () => ory.adminWithoutKey(nobodysPath)),
    origin ? clockOf("of AWS's", () => get(`${origin}/`)) : [],
  ])
  return seen.flat()
}

async function clockOf(whose: string, ask: () => Promise<Answer>): Promise<readonly ClockSeen[]> {
  const answer = await ask().catch(() => undefined)
  const date = Date.parse(answer?.headers['date'] ?? '')
  if (answer === undefined || Number.isNaN(date)) return []
  return [{ whose, least: date - answer.answeredAt, most: date + 999 - answer.askedAt }]
}

function problemOf(one: ClockSeen, other: ClockSeen): readonly Problem[] {
  const [behind, ahead] = one.most < other.least ? [one, other] : [other, one]
  const apart = ahead.least - behind.most
  if (apart <= mostApartMs) return []
  const says = `the clock ${ahead.whose} is ${durationText(apart)} ahead of that ${behind.whose}`
  return [{ says, todo: 'have the machine that is wrong synchronise its clock (NTP)' }]
}
