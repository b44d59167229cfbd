import { readFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { expect, test, vi } from 'vitest'

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
const examples = [...readme.matchAll(/```ts\n(.*?)```/gs)].map(([, code = '']) => code)

test('has examples to run', () => {
  expect(examples.length).toBeGreaterThan(3)
})

test.each(examples)(
  'the README’s example %# runs, and what it asserts is true',
  async (example) => {
    const failed = vi.spyOn(console, 'assert').mockImplementation((condition) => {
      expect(condition).toBe(true)
    })
    const emulator = new URL('./index.ts', import.meta.url).href
    const code = stripTypeScriptTypes(example).replaceAll('@lapse/ory-emulator', emulator)

    await import(`data:text/javascript,${encodeURIComponent(code)}`)

    failed.mockRestore()
  },
)
