import fc from 'fast-check'
import { expect, test } from 'vitest'
import { manualClock } from '../../fixtures/manual-clock.ts'
import { createMoveTasks, type MovableQueues } from './tasks.ts'

const [dlq, home, other] = ['arn:dlq', 'arn:home', 'arn:other']

/** Queues of words; what is on the DLQ came from home, but for what starts with a question mark. */
function startWith(...waiting: readonly string[]) {
  const queues = new Map<string, string[]>([
    [dlq, [...waiting]],
    [home, []],
    [other, []],
  ])
  const clock = manualClock(1000)
  const movable: MovableQueues = {
    exists: (arn) => queues.has(arn),
    isDlq: (arn) => arn === dlq,
    waiting: (arn) => queues.get(arn)?.length ?? 0,
    moveOne: (from, to) => {
      const [first] = queues.get(from) ?? []
      if (first === undefined) return 'nothing-waits'
      const arn = to ?? (first.startsWith('?') ? undefined : home)
      if (arn === undefined) return 'CouldNotDetermineMessageSource'
      const target = queues.get(arn)
      if (target === undefined) return 'AWS.SimpleQueueService.NonExistentQueue'
      queues.get(from)?.shift()
      target.push(first)
      return 'moved'
    },
  }
  const tasks = createMoveTasks(movable, clock)
  return { queues, clock, tasks, on: (arn: string) => queues.get(arn) }
}

test('moves what waits, in order, to where it came from or to another queue', () => {
  const { tasks, clock, on } = startWith('a', 'b')

  tasks.start({ sourceArn: dlq })
  clock.advance(0)
  expect(on(home)).toEqual(['a', 'b'])
  expect(tasks.of(dlq)).toMatchObject([
    { status: 'COMPLETED', moved: 2, toMove: 2, startedAt: 1000 },
  ])

  on(dlq)?.push('c')
  tasks.start({ sourceArn: dlq, destinationArn: other })
  clock.advance(0)
  expect(on(other)).toEqual(['c'])
  expect(tasks.of(dlq).map(({ toMove }) => toMove)).toEqual([1, 2])
})

test('moves no more in a second than it may', () => {
  const { tasks, clock, on } = startWith('a', 'b', 'c', 'd', 'e')
  tasks.start({ sourceArn: dlq, perSecond: 2 })

  const moved = [0, 499, 1, 499, 1].map((passed) => {
    clock.advance(passed)
    return on(home)?.length
  })

  expect(moved).toEqual([1, 1, 2, 2, 3])
  expect(tasks.of(dlq)).toMatchObject([{ status: 'RUNNING', moved: 3 }])
})

test('moves what waited when it began, and not what has come back since', () => {
  const { tasks, clock, on } = startWith('a', 'b')
  tasks.start({ sourceArn: dlq, perSecond: 1 })

  clock.advance(0)
  on(dlq)?.push('again')
  clock.advance(10_000)

  expect(on(dlq)).toEqual(['again'])
  expect(tasks.of(dlq)).toMatchObject([{ status: 'COMPLETED', moved: 2 }])
})

test('is done where somebody else has taken the rest', () => {
  const { tasks, clock, on } = startWith('a', 'b')
  tasks.start({ sourceArn: dlq, perSecond: 1 })

  clock.advance(0)
  on(dlq)?.pop()
  clock.advance(1000)

  expect(tasks.of(dlq)).toMatchObject([{ status: 'COMPLETED', moved: 1, toMove: 2 }])
})

test('stops where it is cancelled, and leaves what it has moved', () => {
  const { tasks, clock, on } = startWith('a', 'b', 'c')
  const { id } = tasks.start({ sourceArn: dlq, perSecond: 1 })

  clock.advance(0)
  tasks.cancel(id)
  expect(tasks.of(dlq)).toMatchObject([{ status: 'CANCELLING', moved: 1 }])
  clock.advance(1000)

  expect(tasks.of(dlq)).toMatchObject([{ status: 'CANCELLED', moved: 1 }])
  expect(on(dlq)).toEqual(['b', 'c'])
  expect(clock.alarms()).toBe(0)
})

test('fails at a message of which nobody knows where it came from', () => {
  const { tasks, clock, on } = startWith('a', '?', 'b')
  tasks.start({ sourceArn: dlq })
  clock.advance(0)

  expect(tasks.of(dlq)).toMatchObject([
    { status: 'FAILED', failureReason: 'CouldNotDetermineMessageSource', moved: 1 },
  ])
  expect(on(dlq)).toEqual(['?', 'b'])
})

test('fails where the destination is deleted meanwhile', () => {
  const { tasks, clock, queues } = startWith('a', 'b')
  tasks.start({ sourceArn: dlq, destinationArn: other, perSecond: 1 })

  clock.advance(0)
  queues.delete(other)
  clock.advance(1000)

  expect(tasks.of(dlq)).toMatchObject([
    { status: 'FAILED', failureReason: 'AWS.SimpleQueueService.NonExistentQueue', moved: 1 },
  ])
})

test('remembers the ten latest of a source', () => {
  const { tasks, clock } = startWith()
  const ids = Array.from({ length: 12 }, () => {
    const { id } = tasks.start({ sourceArn: dlq })
    clock.advance(0)
    return id
  })

  expect(tasks.of(dlq).map(({ id }) => id)).toEqual(ids.reverse().slice(0, 10))
})

test('moves nothing once it is stopped', () => {
  const { tasks, clock, on } = startWith('a', 'b')
  tasks.start({ sourceArn: dlq, perSecond: 1 })

  tasks.stop()
  clock.advance(10_000)

  expect(on(home)).toEqual([])
  expect(clock.alarms()).toBe(0)
})

test('loses and doubles nothing, whatever happens meanwhile', () => {
  const happening = fc.oneof(
    fc.constantFrom('cancel', 'take', 'delete' as const),
    fc.integer({ min: 0, max: 1500 }),
    fc.string({ minLength: 1, maxLength: 3 }),
  )
  fc.assert(
    fc.property(
      fc.array(fc.string({ minLength: 1, maxLength: 3 })),
      fc.option(fc.integer({ min: 1, max: 500 }), { nil: undefined }),
      fc.constantFrom(undefined, other),
      fc.array(happening),
      (waiting, perSecond, destinationArn, happenings) => {
        const { tasks, clock, on, queues } = startWith(...waiting)
        const taken: string[] = []
        const sent = [...waiting]
        const { id } = tasks.start({ sourceArn: dlq, destinationArn, perSecond })
        for (const each of happenings) {
          if (each === 'cancel') tasks.cancel(id)
          else if (each === 'take') taken.push(...(on(dlq)?.splice(0, 1) ?? []))
          else if (each === 'delete') {
            taken.push(...(on(other) ?? []))
            queues.delete(other)
          } else if (typeof each === 'number') clock.advance(each)
          else {
            on(dlq)?.push(each)
            sent.push(each)
          }
        }
        clock.advance(60_000 * 60)

        expect([...queues.values(), taken].flat().sort()).toEqual(sent.sort())
        const [task] = tasks.of(dlq)
        expect(task?.status).toMatch(/^(COMPLETED|CANCELLED|FAILED)$/)
        expect(task?.moved).toBeLessThanOrEqual(waiting.length)
      },
    ),
  )
})
