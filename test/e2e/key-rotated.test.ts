import { generateKeyPairSync, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startSystem } from './system.ts'

let system: Awaited<ReturnType<typeof startSystem>>

beforeAll(async () => {
  system = await startSystem()
})

afterAll(() => system.stop())

function newKey(kid: string) {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const jwk = { ...publicKey.export({ format: 'jwk' }), kid, use: 'sig', alg: 'ES256' }
  return { jwk, privateJwk: { ...privateKey.export({ format: 'jwk' }), kid } }
}

const terms = { scope: ['read'], expires_at: '2036-01-01T00:00:00Z' }

const bodyOf = (data: object) =>
  JSON.stringify({
    specversion: '1.0',
    id: randomUUID(),
    source: 'https://partners.example',
    type: 'key.rotated',
    time: new Date().toISOString(),
    data: { ...terms, ...data },
  })

const kidsOf = async (issuer: string) =>
  (await Array.fromAsync(system.ory.listTrustedOAuth2JwtGrantIssuers({ issuer }))).map(
    ({ public_key }) => public_key?.kid,
  )

test('a new key is trusted beside the old, and the sweep retires the old when it is due', async () => {
  const issuer = `https://${randomUUID()}.example`
  const subject = `partner-${randomUUID()}`
  const old = newKey('old')
  await system.ory.trustOAuth2JwtGrantIssuer({
    body: { ...terms, issuer, subject, jwk: old.jwk } as never,
  })
  const { jwk } = newKey('new')
  const body = bodyOf({ issuer, subject, jwk, retire: { others: true, after: 'PT0S' } })
  await system.send(body, 'key-rotated')

  const first = await system.receiptOf(body, 'first', 'key-rotated')
  expect(first.steps.map(({ op }) => op)).toEqual(['trustOAuth2JwtGrantIssuer'])
  expect((await kidsOf(issuer)).sort()).toEqual(['new', 'old'])

  // Ory rounds the time of a trust to whole seconds, so that it may fall due a moment later.
  while ((await kidsOf(issuer)).includes('old')) await system.local.fireNow('sweep')
  const followUp = await system.receiptOf(body, 'follow-up', 'key-rotated')
  expect(followUp.steps.map(({ op }) => op)).toContain('deleteTrustedOAuth2JwtGrantIssuer')
  expect(await kidsOf(issuer)).toEqual(['new'])
})

test('a private key is refused, and the copy on the DLQ is without it', async () => {
  const { privateJwk } = newKey('leaked')
  const body = bodyOf({ issuer: 'https://idp.example', subject: 'x', jwk: privateJwk })
  await system.send(body, 'key-rotated')
  const letter = await system.deadLetter('key-rotated')

  expect(letter?.MessageAttributes?.['lapse-reason']?.StringValue).toMatch(/^private-key/)
  expect(letter?.Body).not.toContain(privateJwk.d)
  expect(system.lines.join('\n')).not.toContain(privateJwk.d)
})
