import { commandAt } from '../../place/command-at.ts'
import type { AlarmSeen, SubscriptionSeen } from '../../site/aws/alarms.ts'
import { CannotTell } from '../../site/cannot-tell.ts'
import type { Site } from '../../site/site.ts'
import { stagePrefix } from '../../site/stage-prefix.ts'
import { type Check, type Problem, unless, well } from '../check.ts'

/** The alarms of a stage, and who is told. */
export interface AlarmsSeen {
  readonly prefix: string
  readonly alarms: readonly AlarmSeen[]
  /** By the ARN of each topic that an alarm tells. */
  readonly subscriptions: Readonly<Record<string, readonly SubscriptionSeen[]>>
}

export const alarms: Check<AlarmsSeen> = {
  name: 'alarms',
  about: 'CloudWatch: alarms and whom they tell',
  read,
  judge: ({ prefix, alarms, subscriptions }, where = {}) => {
    if (alarms.length === 0)
      return unless(
        [{ says: `there is no alarm called ${prefix}…`, todo: 'deploy the stack' }],
        well(''),
      )
    const ringing = alarms.filter(({ state }) => state === 'ALARM').length
    const rings =
      ringing === 0
        ? ''
        : `; ${ringing} of them ${ringing === 1 ? 'rings' : 'ring'}: ${commandAt(where, 'lapse status')}`
    return unless(
      [...problemsOf(alarms), ...Object.entries(subscriptions).flatMap(problemsAt)],
      well(`${alarms.length} alarms are on, and somebody is told${rings}`),
    )
  },
}

async function read(site: Site): Promise<AlarmsSeen> {
  const { aws, isDev } = site
  if (isDev) throw new CannotTell('lapse dev has no alarms')
  const prefix = await stagePrefix(site)
  const alarms = await aws.alarms(prefix)
  const topics = [...new Set(alarms.flatMap(({ tells }) => tells))]
  const told = await Promise.all(
    topics.map(async (topic) => [topic, await aws.subscriptions(topic)] as const),
  )
  return { prefix, alarms, subscriptions: Object.fromEntries(told) }
}

function problemsOf(alarms: readonly AlarmSeen[]): readonly Problem[] {
  const off = alarms.filter(({ isOn }) => !isOn)
  const silent = alarms.filter(({ isOn, tells }) => isOn && tells.length === 0)
  return [
    ...told(off, 'is off', 'are off', 'aws cloudwatch enable-alarm-actions --alarm-names …'),
    ...told(silent, 'tells nobody', 'tell nobody', 'deploy the stack'),
  ]
}

function told(
  alarms: readonly AlarmSeen[],
  one: string,
  many: string,
  todo: string,
): readonly Problem[] {
  const [first, ...others] = alarms
  if (first === undefined) return []
  const says =
    others.length === 0 ? `${first.name} ${one}` : `${first.name} and ${others.length} more ${many}`
  return [{ says, todo }]
}

function problemsAt([topic, all]: readonly [
  string,
  readonly SubscriptionSeen[],
]): readonly Problem[] {
  const name = topic.split(':').at(-1) ?? topic
  const waiting = all.filter(({ isConfirmed }) => !isConfirmed).length
  if (all.length === 0)
    return [
      {
        says: `nobody has subscribed to ${name}: an alarm tells nobody`,
        todo: 'set ALARM_EMAILS and deploy, or subscribe to the topic',
      },
    ]
  if (waiting === 0) return []
  return [
    {
      says: `${waiting} of ${all.length} subscriptions to ${name} ${waiting === 1 ? 'is' : 'are'} not confirmed: ${waiting === all.length ? 'nobody is told' : 'who is behind them is not told'}`,
      todo: 'have the link in the mail followed that AWS sent, or take the subscription away',
    },
  ]
}
