import { bodyOf, problemsOfRows, rowsAbout, sendSoon, type Teller } from './story.ts'
import { start } from './world.ts'

/** Every client of an owner goes, with an issuer and a secret of theirs. */
export const ownerStory: Teller = (world, name) => {
  const { random, server, hidden, secrets } = world
  const { state } = server
  const owner = `owner ${name}`
  const issuer = `https://issuer-of-${name}.example`
  const clientIds = Array.from({ length: random.between(1, 4) }, (_, n) => `of-${name}-${n}`)
  for (const client_id of clientIds)
    state.clients.set(client_id, { client_id, owner, created_at: '2025-01-01T00:00:00Z' })
  const secret = `canary-secret-${name}-${world.seed}`
  hidden.add(secret)
  secrets.create(`secret-${name}`, secret, { tags: { 'lapse:client_id': clientIds[0] ?? '' } })
  const jwk = { kid: 'k' }
  const terms = {
    issuer,
    subject: 'speaker',
    scope: ['read'],
    jwk,
    expires_at: '2030-01-01T00:00:00Z',
  }
  server.trust(terms, '2025-01-01T00:00:00Z')

  const data = { owner, mode: 'delete', issuers: [issuer], secret_ids: [`secret-${name}`] }
  const texts = { id: `end of ${name}`, source: 'https://partners.example' }
  sendSoon(world, 'app-offboarded', bodyOf('app.offboarded', start - 60_000, data, texts))

  return {
    name: `owner ${name}`,
    *problems() {
      for (const client_id of clientIds) {
        if (state.clients.has(client_id)) yield `${client_id} is left`
        yield* problemsOfRows(rowsAbout(world, { client_id }), ['first'])
      }
      if ([...state.grants.values()].some((grant) => grant.issuer === issuer))
        yield 'its issuer is trusted'
    },
  }
}
