import { parseSeed } from '@lapse/ory-emulator'
import { expect, test } from 'vitest'
import { filesUnder } from './examples.ts'
import { kits, runKit } from './kits.ts'

test('the vitest example of the guide runs as it stands', async () => {
  const [vitest] = kits
  if (vitest === undefined) throw new Error('there is no kit')

  expect(await runKit(vitest)).toMatchObject({ status: 0 })
})

test.each(kits)('the example for $name is there, and its seed is one', ({ page, heading }) => {
  const files = filesUnder(page, heading)

  expect(files).not.toEqual([])
  for (const { name, text } of files) {
    if (name.endsWith('.json')) expect(parseSeed(text)).toHaveProperty('clients')
  }
})

test('the guide and the README show the same seed', () => {
  const seedOf = (page: string, heading: string) =>
    filesUnder(page, heading).find(({ name }) => name === 'ory.json')

  expect(seedOf('docs/ory-emulator.md', 'pytest')).toEqual(
    seedOf('packages/ory-emulator/README.md', 'In any language'),
  )
})
