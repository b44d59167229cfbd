import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { checks } from './checks.ts'

const names = checks.map(({ name }) => name)

test('the page has a row for each check, in the order of the list', () => {
  const page = readFileSync(new URL('../../../../docs/doctor.md', import.meta.url), 'utf8')
  const rows = [...page.matchAll(/^\| `([a-z-]+)` \|/gm)].map(([, name]) => name)

  expect(rows).toEqual(names)
})

test('no two checks have the same name, or say that they are about the same', () => {
  expect(new Set(names).size).toBe(names.length)
  expect(new Set(checks.map(({ about }) => about)).size).toBe(names.length)
})

test('every check is in the list', () => {
  const files = readdirSync(new URL('./checks', import.meta.url)).filter(
    (file) => !file.includes('.test.'),
  )
  // One file has two checks: the same judgement of two settings.
  expect(names).toHaveLength(files.length + 1)
})
