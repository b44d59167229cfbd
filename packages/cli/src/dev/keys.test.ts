import { EventEmitter } from 'node:events'
import { expect, test } from 'vitest'
import { faultNames, faultTexts, noFaultKey } from './faults.ts'
import { type Asked, askedBy, listenToKeys } from './keys.ts'

test('every fault has a key of its own', () => {
  const keys = [...faultNames.map((name) => faultTexts[name].key), noFaultKey]

  expect(new Set(keys).size).toBe(keys.length)
  expect(faultNames.map((name) => askedBy(faultTexts[name].key))).toEqual(faultNames)
  expect([askedBy(noFaultKey), askedBy('\u0003'), askedBy('?')]).toEqual(['none', 'end', undefined])
})

test('keys are told one by one, and the terminal is as before once it is stopped', () => {
  const modes: boolean[] = []
  const keyboard = Object.assign(new EventEmitter(), {
    setRawMode: (on: boolean) => modes.push(on),
    resume: () => undefined,
    pause: () => undefined,
  })
  const asked: Asked[] = []
  const stop = listenToKeys(keyboard, (one) => asked.push(one))
  keyboard.emit('data', Buffer.from('dx\u0003'))
  stop()
  keyboard.emit('data', Buffer.from('d'))

  expect(asked).toEqual(['ory-down', 'end'])
  expect(modes).toEqual([true, false])
})
