import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseVerifierKey, verdicts, verify } from '@lapse/core/receipts-log'
import { sealedLog } from '@lapse/core/testing'
import { expect, test } from 'vitest'
import { makeFixtures } from './cases.ts'
import { filesOf, folder } from './fixture-files.ts'

const fixtures = await makeFixtures()
const read = (name: string) => readFileSync(join(folder, name), 'utf8')

test('the fixtures are what a log of today makes', () => {
  const files = filesOf(fixtures)

  expect(readdirSync(folder).toSorted()).toEqual([...files.keys()].toSorted())
  for (const [name, text] of files) expect({ name, text: read(name) }).toEqual({ name, text })
})

test('every verdict has a fixture', () => {
  const shown = new Set(fixtures.cases.map(({ verdict }) => verdict))

  expect([...shown].toSorted()).toEqual(verdicts.toSorted())
})

test.each(fixtures.cases)('$file ends in $verdict', ({ file, checkpoint, maxAge, verdict }) => {
  const hour = 3_600_000
  const verification = verify(read(file), {
    key: parseVerifierKey(read('log.vkey').trim()),
    ...(checkpoint !== undefined && { checkpoint: read(checkpoint) }),
    ...(maxAge !== undefined && {
      freshness: { maxAgeMs: hour, now: Date.parse('2026-11-01T13:05:00.001Z') },
    }),
  })

  expect(verification.verdict).toBe(verdict)
  expect(verification.reason).not.toMatch(/event-|[0-9a-f]{64}/)
})

test('is not expired as long as the newest checkpoint is as new as was asked for', () => {
  const freshness = { maxAgeMs: 3_600_000, now: Date.parse('2026-11-01T13:05:00.000Z') }
  const key = parseVerifierKey(fixtures.vkey.trim())

  expect(verify(read('expired.receipts'), { key, freshness }).verdict).toBe('valid-as-of')
})

test('a trusted checkpoint that is none, or another key’s, makes nothing valid', () => {
  const key = parseVerifierKey(fixtures.vkey.trim())
  const text = read('valid.receipts')
  const [, strangers = ''] = read('unknown-key.receipts').split(/\n\n(.*)/s)

  expect(verify(text, { key, checkpoint: '' }).verdict).toBe('altered')
  expect(verify(text, { key, checkpoint: strangers }).verdict).toBe('unknown-key')
})

test('a proof discloses no other receipt', () => {
  const proof = read('valid.tlog-proof')
  const [, extra = ''] = /^extra (.*)$/m.exec(proof) ?? []

  expect(Buffer.from(extra, 'base64').toString()).toContain('event-3')
  expect(proof.length - extra.length).toBeLessThan(600)
})

test('an empty log is one, and an empty file is not', async () => {
  const log = sealedLog()
  await log.add([])
  const key = parseVerifierKey(log.vkey)

  expect(verify(await log.file(), { key })).toMatchObject({
    verdict: 'valid-as-of',
    asOf: { size: 0 },
  })
  expect(verify('', { key }).verdict).toBe('altered')
})
