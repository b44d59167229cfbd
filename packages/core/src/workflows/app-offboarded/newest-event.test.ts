import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { AppOffboarded, OffboardingMode } from '../../events/index.ts'
import { manualClock, memoryLedger } from '../../testing/index.ts'
import { type NewestRow, newerThan, rememberNewest } from './newest-event.ts'

const hour = (at: number) => `2026-01-02T${String(at).padStart(2, '0')}:00:00Z`

const event = (mode: OffboardingMode, at: number): AppOffboarded => ({
  type: 'app.offboarded',
  id: `${mode} at ${at}`,
  source: 's',
  time: hour(at),
  data: {},
  mode,
  clientId: 'mail',
  issuers: [],
  secretIds: [],
})

function services() {
  const clock = manualClock('2026-01-02T03:04:05Z')
  return { clock, newest: memoryLedger<NewestRow>(clock) }
}

test('remembers an event for sixty days, and which it was', async () => {
  const to = services()
  await rememberNewest(event('suspend', 1), to)

  expect(to.newest.rows).toEqual([
    { id: 'suspend at 1', source: 's', time: hour(1), mode: 'suspend' },
  ])
  expect(to.newest.expiries).toEqual([Math.ceil(to.clock.now() / 1000) + 60 * 86_400])
})

test('names what overrides an event', async () => {
  const to = services()
  await rememberNewest(event('restore', 2), to)

  expect(await newerThan(event('delete', 1), to)).toEqual({
    id: 'restore at 2',
    source: 's',
    time: hour(2),
  })
  expect(await newerThan({ ...event('delete', 1), clientId: 'other' }, to)).toBeUndefined()
})

test('lets the latest event have the last word, and of several the one that takes most', async () => {
  const modes = fc.constantFrom<OffboardingMode>('delete', 'suspend', 'restore')
  const order = ['restore', 'suspend', 'delete']
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(modes, fc.integer({ min: 1, max: 3 })), { minLength: 1 }),
      async (sent) => {
        const to = services()
        const done: (readonly [OffboardingMode, number])[] = []
        for (const [mode, at] of sent) {
          if ((await newerThan(event(mode, at), to)) !== undefined) continue
          await rememberNewest(event(mode, at), to)
          done.push([mode, at])
        }
        const rank = ([mode, at]: readonly [OffboardingMode, number]) =>
          at * 10 + order.indexOf(mode)
        const last = done.at(-1) ?? (['restore', 0] as const)

        expect(rank(last)).toBe(Math.max(...sent.map(rank)))
      },
    ),
  )
})

test('takes a row that holds a time alone for what it was', async () => {
  const to = services()
  const key = { workflow: 'app-offboarded', event: 'client mail', pass: 'newest' }
  await to.newest.write(key, { time: hour(2) }, 0, undefined)

  expect(await newerThan(event('restore', 2), to)).toBeUndefined()
  expect(await newerThan(event('restore', 1), to)).toMatchObject({ id: 'not recorded' })
})
