import { deepEqual, equal } from 'node:assert/strict'
import type { Block } from '../blocks.ts'
import { idsSent, prints, receiptsOfSent, type Step } from '../step.ts'
import type { Ran, World } from '../world.ts'

/** events.md, in an order in which every event has something to end. */
export const steps: readonly Step[] = [
  {
    block: 'events.md#userdeleted 1',
    check: async (ran, world) => {
      await endsWell(ran, world, 1)
      await world.said(/the consent sessions that are listed: 3 before, 0 after/)
      await world.said(/Mail {2}was told that a session is over/)
    },
  },
  { block: 'events.md#userdeleted 2', check: isPrintedBy('user.deleted') },
  {
    block: 'events.md#appoffboarded 1',
    check: async (ran, world) => {
      await endsWell(ran, world, 3)
      await world.said(/the client: 1 before, 0 after/)
    },
  },
  { block: 'events.md#appoffboarded 2', check: isPrintedBy('app.offboarded') },
  {
    block: 'events.md#appoffboarded 3',
    check: async (ran, world) => {
      await endsWell(ran, world, 1)
      await world.said(/the client as it was, with its secret: 1 before, 0 after/)
    },
  },
  {
    block: 'events.md#keyrotated 1',
    check: async (ran, world) => {
      await endsWell(ran, world, 1)
      await world.said(/the new key not being trusted: 1 before, 0 after/)
    },
  },
  { block: 'events.md#keyrotated 2', check: isPrintedBy('key.rotated') },
  ...prints('events.md', 'an-events-name'),
]

async function endsWell(ran: Ran, world: World, messages: number): Promise<void> {
  equal(idsSent(ran).length, messages)
  await receiptsOfSent(ran, world)
}

type Check = Step['check']

/** Every member of the block is as `lapse example` prints it; `…` stands for any text. */
function isPrintedBy(type: string): Check {
  return async (_ran: Ran, world: World, { code }: Block) => {
    const { stdout } = await world.run(`npx lapse example ${type}`)
    const printed: unknown = JSON.parse(stdout)
    deepEqual(filledIn(JSON.parse(code), printed), printed)
  }
}

function filledIn(shown: unknown, printed: unknown): unknown {
  if (shown === '…' && typeof printed === 'string') return printed
  if (typeof shown !== 'object' || shown === null || Array.isArray(shown)) return shown
  return Object.fromEntries(
    Object.entries(shown).map(([name, member]) => {
      const other = (printed as Readonly<Record<string, unknown>> | undefined)?.[name]
      return [name, filledIn(member, other)]
    }),
  )
}
