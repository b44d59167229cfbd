import { expect, test } from 'vitest'
import { CommandError } from '../errors.ts'
import { eventually, newBell } from './bell.ts'

const never = new AbortController().signal

test('looks again with every ring until there is something to see', async () => {
  const bell = newBell()
  const looks: (string | undefined)[] = [undefined, undefined, 'seen']
  const waiting = eventually('it', async () => looks.shift(), { bell, over: never })

  while (looks.length > 0) {
    bell.ring()
    await Promise.resolve()
  }

  expect(await waiting).toBe('seen')
})

test('does not miss what happens while it looks', async () => {
  const bell = newBell()
  const seen = { it: false }
  const look = async () => {
    const before = seen.it
    seen.it = true
    bell.ring()
    return before || undefined
  }

  expect(await eventually('it', look, { bell, over: never })).toBe(true)
})

test('says what never came', async () => {
  const over = AbortSignal.abort()

  await expect(
    eventually('the receipts', async () => undefined, { bell: newBell(), over }),
  ).rejects.toThrow('gave up waiting for the receipts')
})

test('ends with the reason it is given', async () => {
  const asked = new AbortController()
  const waiting = eventually('it', async () => undefined, { bell: newBell(), over: asked.signal })

  asked.abort(new CommandError('interrupted'))

  await expect(waiting).rejects.toThrow('interrupted')
})
