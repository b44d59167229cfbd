import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'

interface Entry {
  readonly version?: string
  readonly integrity?: string
  /** Where a copy was downloaded: a registry's address, or a folder for a workspace. */
  readonly resolved?: string
  /** A workspace of ours. */
  readonly link?: boolean
}

const lock = JSON.parse(readFileSync(resolve(import.meta.dirname, '../package-lock.json'), 'utf8'))
const entries = Object.entries(lock.packages as Readonly<Record<string, Entry>>)

/** What comes from a registry; the rest is in this repository. */
const fetched = entries.filter(([path, { link }]) => path.includes('node_modules/') && !link)

test('every package in the lock file is known by the digest of its content', () => {
  const without = fetched.filter(
    ([, { integrity = '' }]) => !/^sha512-[\w+/]{86}==$/.test(integrity),
  )

  expect(fetched.length).toBeGreaterThan(100)
  expect(without.map(([path]) => path)).toEqual([])
})

test('the lock file names no address to download from', () => {
  const addressed = entries.filter(([, { link, resolved }]) => resolved !== undefined && !link)

  expect(addressed.map(([path]) => path)).toEqual([])
  expect(JSON.stringify(lock)).not.toMatch(/"resolved":"[a-z+]+:/)
})
