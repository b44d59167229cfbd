import { bodyOf, problemsOfRows, rowsAbout, sendSoon, spelled, type Teller } from './story.ts'
import { start } from './world.ts'

const jwk = (kid: string) => ({
  kty: 'EC',
  crv: 'P-256',
  x: 'MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4',
  y: '4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM',
  kid,
  use: 'sig',
  alg: 'ES256',
})

/** An issuer signs with a new key; the old one goes when the overlap is over. */
export const issuerStory: Teller = (world, name) => {
  const { random, server, hidden } = world
  const issuer = `https://rotates-${name}.example`
  const subject = `canary-${name}-${world.seed}@example.org`
  hidden.add(subject)
  const terms = { issuer, scope: ['read'], expires_at: '2030-01-01T00:00:00Z' }
  const subjects = [
    subject,
    ...Array.from({ length: random.between(0, 4) }, (_, n) => `sibling-${n}`),
  ]
  for (const one of subjects)
    server.trust({ ...terms, subject: one, jwk: jwk('old') }, '2025-01-01T00:00:00Z')

  const retires = random.chance(0.8)
  const retire = {
    retire: random.pick([
      { kids: ['old'], after: 'PT1H' },
      { others: true, after: 'PT10M' },
    ]),
    siblings: 'follow',
  }
  const data = { ...terms, subject, jwk: jwk('new'), ...(retires ? retire : {}) }
  const texts = { id: `rotation of ${spelled(subject, random)}`, source: `${issuer}/keys` }
  sendSoon(world, 'key-rotated', bodyOf('key.rotated', start - 60_000, data, texts))

  return {
    name: `issuer ${name}`,
    *problems() {
      const grants = [...server.state.grants.values()].filter((grant) => grant.issuer === issuer)
      const on = (kid: string) => grants.filter((grant) => grant.kid === kid)
      const expected = retires ? subjects.length : 1
      if (on('new').length !== expected) yield `${on('new').length} grants stand on the new key`
      if (on('old').length !== (retires ? 0 : subjects.length))
        yield `${on('old').length} grants stand on the old key`
      const passes = retires ? ['first', 'follow-up'] : ['first']
      yield* problemsOfRows(rowsAbout(world, { issuer }), passes)
    },
  }
}
