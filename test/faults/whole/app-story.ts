import { isSuspended } from '@lapse/core/workflows'
import { bodyOf, problemsOfRows, rowsAbout, sendSoon, type Teller } from './story.ts'
import { start } from './world.ts'

const minute = 60_000

type Mode = 'delete' | 'suspend' | 'restore'

const lives: readonly [readonly Mode[], ...(readonly Mode[])[]] = [
  ['delete'],
  ['suspend'],
  ['suspend', 'delete'],
  ['suspend', 'restore'],
  ['suspend', 'restore', 'suspend'],
  ['suspend', 'restore', 'delete'],
]

const lists = { grant_types: ['authorization_code', 'refresh_token'], response_types: ['code'] }

/** An app is suspended, restored, deleted: by events that may arrive in any order. */
export const appStory: Teller = (world, name) => {
  const { random, server, hidden, secrets } = world
  const { state } = server
  const clientId = `app-${name}`
  const issuer = `https://issuer-${name}.example`
  const secret = `canary-secret-${name}-${world.seed}`
  hidden.add(secret)
  secrets.create(`secret-${name}`, secret, { tags: { 'lapse:client_id': clientId } })
  state.clients.set(clientId, {
    client_id: clientId,
    client_secret: secret,
    owner: '',
    created_at: '2025-01-01T00:00:00Z',
    metadata: { team: 'blue' },
    ...lists,
  })
  const sid = `sid-of-${name}`
  state.sessions.set(sid, 'stays')
  state.consents.push({ subject: 'stays', clientId, sid, isListed: true })
  state.machineTokens.set(clientId, 3)
  for (let number = 0; number < 3; number += 1)
    server.trust(
      {
        issuer,
        subject: `speaker-${number}`,
        scope: ['read'],
        jwk: { kid: `k-${number % 2}` },
        expires_at: '2030-01-01T00:00:00Z',
      },
      '2025-01-01T00:00:00Z',
    )

  const life = random.pick(lives)
  for (const [number, mode] of life.entries()) {
    const named = mode === 'delete' ? { issuers: [issuer], secret_ids: [`secret-${name}`] } : {}
    const texts = { id: `${mode} ${number} of ${name}`, source: 'https://partners.example' }
    const at = start - (life.length - number) * minute
    const data = { client_id: clientId, mode, ...named }
    sendSoon(world, 'app-offboarded', bodyOf('app.offboarded', at, data, texts))
  }

  return {
    name: `app ${name} (${life})`,
    *problems() {
      const client = state.clients.get(clientId)
      const last = life.at(-1)
      const passes = life.map(() => 'first')
      yield* problemsOfRows(rowsAbout(world, { client_id: clientId }), passes)
      if (last === 'delete') {
        if (client !== undefined) yield 'the client is left'
        if ([...state.grants.values()].some((grant) => grant.issuer === issuer))
          yield 'its issuer is trusted'
        if (state.consents.some((one) => one.clientId === clientId)) yield 'consents are left'
      } else if (client === undefined) {
        yield 'the client is gone'
      } else if (last === 'suspend') {
        if (!isSuspended(client as never)) yield `it is not suspended: ${JSON.stringify(client)}`
      } else {
        const { grant_types, response_types, metadata } = client
        const now = JSON.stringify({ grant_types, response_types, metadata })
        const was = JSON.stringify({ ...lists, metadata: { team: 'blue' } })
        if (now !== was) yield `it is not restored: ${now}`
      }
      if (last !== 'restore' && state.machineTokens.has(clientId)) yield 'tokens are left'
    },
  }
}
