import { expect, test } from 'vitest'
import { judged } from '../../testing/judged-outcome.ts'
import { oryVersion, type VersionSeen } from './ory-version.ts'

const judge = (change: Partial<VersionSeen>) =>
  judged(oryVersion.judge({ version: 'v26.2.0', isNetwork: false, needRotate: [], ...change }))

test.each([
  [{}, 'well: v26.2.0, which has no rotate endpoint; nothing here needs it'],
  [{ version: 'v26.3.0' }, 'well: v26.3.0'],
  [{ version: 'v27.1.0', needRotate: ['a'] }, 'well: v27.1.0'],
  [{ version: 'master' }, 'well: master, which is no release: it should lack nothing'],
  [{ version: undefined, isNetwork: true }, 'well: Ory Network, which is always the newest'],
  [{ version: undefined }, 'cannot tell: Ory does not say which version it is'],
])('judges %j', (change, outcome) => {
  expect(judge(change)).toBe(outcome)
})

test('finds a version that lacks what is needed', () => {
  expect(judge({ needRotate: ['lapse/Mail'] })).toMatch(
    /^wrong: v26\.2\.0 has one secret at a time/,
  )
  expect(judge({ version: 'v25.4.0', needRotate: ['lapse/Mail'] })).toMatch(/lapse\/Mail needs two/)
  for (const version of ['v25.3.9', 'v2.3.0', '1.11.10'])
    expect(judge({ version })).toMatch(/upgrade it to v25\.4 or newer/)
  expect(judge({ needRotate: undefined })).toMatch(/^cannot tell: v26\.2\.0 has no rotate endpoint/)
})
