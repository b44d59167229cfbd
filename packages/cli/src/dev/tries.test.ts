import { expect, test } from 'vitest'
import { triesOf } from './tries.ts'

test.each(['lapse', 'npx lapse'])('every line begins with what was typed: %s', (name) => {
  const commands = triesOf(true, name).flatMap((line) => line.split(' | '))

  expect(commands.length).toBeGreaterThan(triesOf(false, name).length)
  expect(commands.filter((line) => !line.startsWith(`${name} `))).toEqual([])
})
