import { expect, test } from 'vitest'
import { turns } from './turns.ts'

const patienceMs = 60_000

test('lets those who wait for the same thing follow one another, and keeps nobody else waiting', async () => {
  const { wait } = turns()
  const came: string[] = []
  const first = await wait('a', patienceMs)
  const second = wait('a', patienceMs).then((over) => {
    came.push('second')
    over()
  })
  const third = wait('a', patienceMs).then((over) => {
    came.push('third')
    over()
  })
  const other = await wait('b', patienceMs)
  came.push('other')
  other()
  first()
  await Promise.all([second, third])

  expect(came).toEqual(['other', 'second', 'third'])
  expect(await wait('a', patienceMs)).toBeTypeOf('function')
})

test('lets nobody pass those before who stopped waiting', async () => {
  const { wait } = turns()
  const came: string[] = []
  const first = await wait('a', patienceMs)
  const impatient = await wait('a', 0)
  came.push('impatient')
  const third = wait('a', patienceMs).then(() => came.push('third'))
  impatient()
  await new Promise((resolve) => setImmediate(resolve))
  came.push('first is over')
  first()
  await third

  expect(came).toEqual(['impatient', 'first is over', 'third'])
})

test('lets nobody pass those who are at work since somebody else was done', async () => {
  const { wait } = turns()
  const came: string[] = []
  const first = await wait('a', patienceMs)
  const waiting = wait('a', patienceMs)
  first()
  const second = await waiting
  await new Promise((resolve) => setImmediate(resolve))
  const third = wait('a', patienceMs).then(() => came.push('third'))
  await new Promise((resolve) => setImmediate(resolve))
  came.push('second is over')
  second()
  await third

  expect(came).toEqual(['second is over', 'third'])
})
