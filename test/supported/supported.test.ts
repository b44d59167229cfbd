import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { startOryEmulator } from '@lapse/ory-emulator'
import { expect, test } from 'vitest'
import { families } from '../live/families/index.ts'
import { namesIn, readCoverages } from './coverage.ts'
import { supported, supportedFile } from './render.ts'
import { byRoute, newCounter, without } from './routes-asked.ts'

const coverages = readCoverages()
const compared = Object.values(coverages).flatMap(({ routes }) => Object.values(routes))

test('SUPPORTED.md is as npm run supported writes it', () => {
  expect(readFileSync(supportedFile, 'utf8')).toBe(supported(coverages))
})

test('both releases were compared with a live server', () => {
  expect(Object.keys(coverages).toSorted()).toEqual(['head', 'v26.2'])
})

test('what routes were compared with is there', () => {
  const files = new Set(compared.flatMap(({ contract }) => namesIn(contract)))
  const known = new Set(families.map(({ name }) => name))
  const isFile = (name: string) =>
    existsSync(resolve(import.meta.dirname, `../contract/${name}.test.ts`))

  expect(files.size).toBeGreaterThan(20)
  expect([...files].filter((name) => !isFile(name))).toEqual([])
  const played = compared.flatMap(({ fuzzer }) => namesIn(fuzzer))
  expect(played.filter((name) => !known.has(name))).toEqual([])
})

test('a route that was compared with nothing is said to be so', () => {
  const text = supported({})

  expect(text).toContain('| `head` | nothing yet |')
  expect(text).toContain(
    '| `POST /admin/clients/{id}/secrets/rotate` | rotateOAuth2ClientSecret | head | – | – |',
  )
})

test('requests are counted by route, however their path is written', async () => {
  await using ory = await startOryEmulator()
  for (const path of ['/clients/a', '/admin/clients/b', '/admin/clients/b/', '/nowhere']) {
    await fetch(`${ory.adminUrl}${path}`)
  }
  await fetch(`${ory.publicUrl}/health/alive`, { method: 'HEAD' })

  expect(newCounter('head')(ory.requests)).toEqual(
    new Map([
      ['admin GET /admin/clients/{id}', 3],
      ['public GET /health/alive', 1],
    ]),
  )
})

test('who asks a route for little else comes first', () => {
  const asked = new Map([
    [
      'clients',
      new Map([
        ['list', 1],
        ['get', 9],
      ]),
    ],
    ['pages', new Map([['list', 5]])],
  ])

  expect(byRoute(asked)).toEqual(
    new Map([
      ['list', 'pages, clients'],
      ['get', 'clients'],
    ]),
  )
})

test('what is asked before the first case is not counted', () => {
  const asked = new Map([
    ['list', 3],
    ['get', 1],
  ])

  expect(without(asked, new Map([['get', 1]]))).toEqual(new Map([['list', 3]]))
})
