import { readdirSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { doorway, type Headers, secret, start } from './testing/doorway.ts'
import { signGitHub, signPolis, signStandard } from './testing/sign.ts'

const sources = readdirSync(new URL('./sources', import.meta.url)).filter(
  // It has no secret: schemes/signed-jwt.test.ts has what it asks for, and when.
  (source) => source !== 'global-token-revocation',
)
const late = String(Date.parse(start) / 1000 - 301)

/** A door whose every question to AWS is counted. */
function counted() {
  const asked: string[] = []
  const made = doorway({
    secretsOf: async (source) => {
      asked.push(source)
      return [secret]
    },
  })
  return { ...made, asked }
}

/** What each scheme's requests look like where nobody signed them, or somebody did long ago. */
const unsigned: readonly (readonly [string, string, Headers])[] = [
  ...sources.map((source) => [source, 'no header at all', {}] as const),
  ['standard', 'an empty signature', { ...signStandard('{}'), 'webhook-signature': '' }],
  ['standard', 'no id', { ...signStandard('{}'), 'webhook-id': '' }],
  [
    'standard',
    'a signature of another version',
    { ...signStandard('{}'), 'webhook-signature': 'v2,AA==' },
  ],
  ['cloudevents', 'a time that is over', signStandard('{}', { timestamp: late })],
  ['clerk', 'the headers of another prefix', signStandard('{}')],
  ['polis', 'a time that is over', signPolis('{}', { timestamp: `${late}000` })],
  ['polis', 'half a signature', { 'ory-polis-signature': 't=1' }],
  ['github', 'too short a signature', { 'x-hub-signature-256': 'sha256=00' }],
  ['ory-actions', 'an empty bearer token', { authorization: 'Bearer ' }],
  ['ory-actions', 'a token too short to be a secret', { authorization: 'Bearer x' }],
]

test.each(unsigned)(
  '%s with %s is refused before a secret is read',
  async (source, _what, headers) => {
    const { post, asked } = counted()

    expect((await post(source, '{}', headers)).status).toBe(401)
    expect(asked).toEqual([])
  },
)

test('a source that is not there is refused before a secret is read', async () => {
  const { post, asked } = counted()

  expect((await post('nobody', '{}', signStandard('{}'))).status).toBe(404)
  expect(asked).toEqual([])
})

const signers: Readonly<Record<string, (body: string) => Headers>> = {
  clerk: (body) => signStandard(body, { prefix: 'svix' }),
  cloudevents: (body) => signStandard(body),
  github: (body) => signGitHub(body),
  'ory-actions': () => ({ authorization: `Bearer ${secret}` }),
  polis: (body) => signPolis(body),
  standard: (body) => signStandard(body),
}

test('every source is among those that sign here', () => {
  expect(Object.keys(signers)).toEqual(sources.toSorted())
})

test.each(sources)('whatever %s signs has its signature looked at', async (source) => {
  await fc.assert(
    fc.asyncProperty(fc.string(), async (body) => {
      const { post, asked } = counted()
      const { status } = await post(source, body, signers[source]?.(body))

      expect(status).not.toBe(401)
      expect(asked).toEqual([source])
    }),
    { numRuns: 100 },
  )
})

test('a source without a secret answers the unsigned as any other source does', async () => {
  const { post } = doorway({ secretsOf: () => Promise.reject(new Error('not there')) })

  expect((await post('standard', '{}')).status).toBe(401)
  expect((await post('standard', '{}', signStandard('{}'))).status).toBe(503)
})
