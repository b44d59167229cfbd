import { readFile } from 'node:fs/promises'
import { type Profile, startOryEmulator } from '@lapse/ory-emulator'
import { describe, expect, test } from 'vitest'
import { differences } from './compare.ts'
import { families } from './families/index.ts'
import { play, type Recorded, sampleOf } from './play.ts'
import { newRandom } from './random.ts'
import { report } from './report.ts'

const recordedOf = async (profile: Profile): Promise<Recorded> =>
  JSON.parse(await readFile(new URL(`recorded-${profile}.json`, import.meta.url), 'utf8'))

/** What the emulator does otherwise than a live server did, in words. */
const apartFrom = async (profile: Profile, recorded: Recorded): Promise<readonly string[]> => {
  await using emulator = await startOryEmulator({ profile })
  const found: string[] = []
  for (const played of sampleOf(families)) {
    const lines = await play(played, 'emulator', emulator, 'sample')
    const all = differences(played.family.name, profile, recorded[played.seed] ?? [], lines)
    const unknown = all.filter(({ known }) => known === undefined)
    found.push(...unknown.map((difference) => report(played.seed, difference)))
  }

  return found
}

describe.each(['head', 'v26.2'] as const)('the emulator of %s', (profile) => {
  test('answers a sample of seeded requests as a live server did', async () => {
    expect(await apartFrom(profile, await recordedOf(profile))).toEqual([])
  })
})

test('tells where two servers part', async () => {
  const found = await apartFrom('head', await recordedOf('v26.2'))

  expect(found.join('\n')).toContain('≠ ')
})

test('makes the same choices of the same seed, and others of another', () => {
  const drawn = (seed: string) => {
    const random = newRandom(seed)
    return Array.from({ length: 20 }, () => random.below(1000))
  }

  expect(drawn('a')).toEqual(drawn('a'))
  expect(drawn('a')).not.toEqual(drawn('b'))
})
