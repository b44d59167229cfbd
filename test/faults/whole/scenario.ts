import type { Attributes } from '@lapse/core/ports'
import { appStory } from './app-story.ts'
import { issuerStory } from './issuer-story.ts'
import { ownerStory } from './owner-story.ts'
import { randomOf } from './random.ts'
import { resetStory } from './reset-story.ts'
import { severalStory } from './several-story.ts'
import { inSimulatedTime } from './simulation.ts'
import type { Story, Teller } from './story.ts'
import { unreadableStory } from './unreadable-story.ts'
import { deletionStory, signOutStory, suspensionStory } from './user-story.ts'
import { styles } from './weather.ts'
import { type World, wholeWorld } from './world.ts'

/** What came of one scenario. */
export interface Played {
  readonly seed: number
  readonly style: string
  readonly stories: readonly string[]
  /** How often each fault was met. */
  readonly faults: ReadonlyMap<string, number>
  /** Empty: everything held. */
  readonly problems: readonly string[]
}

const tellers: readonly [Teller, ...Teller[]] = [
  deletionStory,
  deletionStory,
  suspensionStory,
  signOutStory,
  appStory,
  resetStory,
  ownerStory,
  issuerStory,
  unreadableStory,
]

/** Two seeds of five have an event about several users besides. */
const isAboutSeveral = (seed: number) => randomOf(seed * 4099 + 3).chance(0.4)

const hour = 3_600_000
/** No message waits for more than twelve days, after which it is on a DLQ; one more to get there. */
const standstillMs = 13 * 24 * hour
/** Of an hour each: longer than anything is away. */
const mostRounds = 400

/** Plays what a seed stands for, to its very end, and looks whether everything held. */
export async function playScenario(seed: number): Promise<Played> {
  const style = styles[seed % styles.length] ?? 'showers'
  const world = wholeWorld(seed, style)
  const stories: Story[] = []
  const failed: string[] = []
  await inSimulatedTime(world.time, async () => {
    const count = world.random.between(1, 4)
    for (let number = 0; number < count; number += 1)
      stories.push(world.random.pick(tellers)(world, `s${number}`))
    if (isAboutSeveral(seed)) stories.push(severalStory(world, 'several'))
    await settle(world)
  }).catch((error: unknown) => failed.push(error instanceof Error ? error.message : String(error)))

  const atTheEnd = await Array.fromAsync(problemsAtTheEnd(world, stories))
  const problems = [...failed, ...world.watch.violations, ...atTheEnd]
  return {
    seed,
    style,
    stories: stories.map(({ name }) => name),
    faults: new Map([...world.weather.met, ...world.away.met]),
    problems,
  }
}

/** Until no message is left and nothing is due any more; what SQS moved is sent back. */
async function settle(world: World): Promise<void> {
  const patience = { settled: world.settled, standstillMs }
  world.sweepHourly()
  await world.time.settle(patience)
  for (let rounds = 0; rounds < mostRounds; rounds += 1) {
    const moved = redrive(world)
    if (moved === 0 && !(await isSomethingDue(world))) return
    world.time.in(hour, () => undefined)
    await world.time.settle(patience)
  }
  throw new Error('a follow-up never ends')
}

function redrive({ queues, queueNames, watch, weather, away }: World): number {
  const longestOutageMs = Math.max(weather.longestOutageMs, away.longestOutageMs)
  const isDenied = weather.met.has('secrets: outage (denied)')
  let moved = 0
  for (const name of queueNames) {
    const { deadLetters } = queues[name]
    for (const { burnt } of deadLetters.filter(({ by }) => by === 'sqs'))
      if (burnt > 0) watch.violated(`SQS moved a message of ${name} after ${burnt} burnt receives`)
    moved += queues[name].redrive(
      ({ by, attributes }) =>
        by === 'sqs' ||
        isGivenUpRightly(attributes, longestOutageMs) ||
        (isDenied && isRefusedRightly(attributes)),
    )
  }
  return moved
}

/** Waiting ends after four days where only a person could mend it, after ten otherwise. */
function isGivenUpRightly(attributes: Attributes, longestOutageMs: number): boolean {
  const reason = attributes['lapse-reason'] ?? ''
  return reason.startsWith('deferred-too-long') && longestOutageMs >= 4 * 24 * hour
}

/** Whoever may not see a secret cannot tell a denial that passes from one that is meant. */
function isRefusedRightly(attributes: Attributes): boolean {
  return attributes['lapse-reason'] === 'secret-not-visible'
}

async function isSomethingDue({ followUps }: World): Promise<boolean> {
  for (const kind of ['retire-keys', 'expected-pass'])
    for await (const _followUp of followUps.open(kind)) return true
  return false
}

async function* problemsAtTheEnd(world: World, stories: readonly Story[]): AsyncGenerator<string> {
  const { queues, queueNames, log, hidden, followUps } = world
  for (const story of stories)
    for await (const problem of story.problems()) yield `${story.name}: ${problem}`
  const unreadable = stories.filter(({ name }) => name.startsWith('unreadable')).length
  const letters = queueNames.flatMap((name) => queues[name].deadLetters)
  const readable = letters.filter(({ body }) => body.startsWith('{"specversion"'))
  for (const { attributes } of readable) yield `on a DLQ: ${JSON.stringify(attributes)}`
  if (unreadable === 0 && letters.length > readable.length) yield 'something else is on a DLQ'
  for (const { attributes } of letters)
    if (hidden.foundIn(JSON.stringify(attributes)) !== undefined)
      yield `a DLQ's attributes tell: ${JSON.stringify(attributes)}`
  for (const line of log.lines) {
    const found = hidden.foundIn(JSON.stringify(line))
    if (found !== undefined) yield `a log line holds ${found}: ${JSON.stringify(line)}`
  }
  for await (const { about } of followUps.open('reset-client')) yield `${about} is still watched`
}
