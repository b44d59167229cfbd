import { readdirSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { apiPages } from '@lapse/build'
import * as errors from '@lapse/core/errors'
import { operations } from '@lapse/core/ory'
import { expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '..')
const folder = resolve(root, 'docs/api')

const made = apiPages()

test('the API reference says what the docstrings say; `npm run api` writes it', () => {
  const kept = Object.fromEntries(
    readdirSync(folder).map((file) => [file, readFileSync(resolve(folder, file), 'utf8')]),
  )

  expect(kept).toEqual(made)
})

test('the API reference has every error code that the module declares, each with its meaning', () => {
  const source = readFileSync(resolve(root, 'packages/core/src/errors.ts'), 'utf8')
  const codes = Array.from(source.matchAll(/ code = '(ERR_\w+)'/g), ([, code]) => code)
  const rows = made['errors.md']?.matchAll(/^\| `(ERR_\w+)` \| \[`(\w+)`\].* \| (.+) \|$/gm) ?? []
  const told = Array.from(rows, ([, code, name = '', meaning]) => ({ code, name, meaning }))

  expect(codes.length).toBeGreaterThan(15)
  expect(told.map(({ code }) => code)).toEqual(codes)
  expect(told.filter(({ name }) => !(name in errors))).toEqual([])
  expect(told.filter(({ meaning = '' }) => !/^.{20,}\.$/.test(meaning))).toEqual([])
})

test('the API reference has every operation, with its path', () => {
  const page = made['ory.md'] ?? ''
  const told = Array.from(page.matchAll(/^### (\w+)\n\n`([A-Z]+) (\S+)`$/gm), ([, ...said]) => said)
  const known = Object.entries(operations).map(([id, { method, path }]) => [id, method, path])

  expect(told.toSorted()).toEqual(known.toSorted())
})
