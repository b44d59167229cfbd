import { expect, test } from 'vitest'
import type { Ory } from '../../ory/index.ts'
import { manualClock } from '../../testing/index.ts'
import { surveyServer } from './server-survey.ts'
import { survivorsOfUser } from './survivors.ts'

interface Server {
  readonly issuers?: number
  readonly lifespan?: string
  readonly fails?: boolean
}

/** An Ory of so many trusted issuers, and one client; counts how often its lists are asked for. */
function server({ issuers = 0, lifespan, fails = false }: Server = {}) {
  const asked = { issuers: 0, clients: 0 }
  const ory = {
    async *listTrustedOAuth2JwtGrantIssuers() {
      asked.issuers += 1
      if (fails) throw new Error('no list')
      for (let n = 0; n < issuers; n += 1) yield { subject: `s${n}`, allow_any_subject: n === 1 }
    },
    async *listOAuth2Clients() {
      asked.clients += 1
      if (fails) throw new Error('no list')
      yield { client_id: 'c', authorization_code_grant_access_token_lifespan: lifespan }
    },
  } as unknown as Ory
  return { ory, asked, clock: manualClock('2026-01-02T03:04:05Z') }
}

test('is read once a minute, for all users', async () => {
  const { ory, asked, clock } = server()
  const surveys = [surveyServer(ory, clock, undefined), surveyServer(ory, clock, undefined)]
  clock.advance(59_000)
  await Promise.all([...surveys, surveyServer(ory, clock, undefined)])
  expect(asked).toEqual({ issuers: 1, clients: 1 })

  clock.advance(1000)
  await surveyServer(ory, clock, undefined)
  expect(asked).toEqual({ issuers: 2, clients: 2 })
})

test('counts issuers for one subject and for any, and the longest lifespan of any client', async () => {
  const { ory, clock } = server({ issuers: 3, lifespan: '48h0m0s' })
  const { issuers, longestLifespanOverrideMs } = await surveyServer(ory, clock, undefined)

  expect(issuers).toMatchObject({ anySubject: 1 })
  expect(issuers?.bySubject.get('s2')).toBe(1)
  expect(longestLifespanOverrideMs).toBe(48 * 3_600_000)
})

test.each([
  ['walks no list of more than ten thousand', { issuers: 10_001 }],
  ['outlives lists that fail', { fails: true }],
])('%s, and says that nothing is known', async (_name, of) => {
  const { ory, clock } = server(of)
  const at = { now: clock.now(), loginsEnd: 0, inFlight: '' }
  const told = await survivorsOfUser('s0', 3_600_000, { ory }, at)

  expect((await surveyServer(ory, clock, undefined)).issuers).toBeUndefined()
  const trusted = told.filter(({ what }) => what.startsWith('trusted issuers'))
  expect(trusted.map(({ until }) => until)).toEqual([null, null])
  expect(trusted.every(({ why, count }) => why.includes('unknown') && count === undefined)).toBe(
    true,
  )
})

test('counts a list of ten thousand', async () => {
  const { ory, clock } = server({ issuers: 10_000 })

  expect((await surveyServer(ory, clock, undefined)).issuers?.bySubject.size).toBe(9999)
})

test('reckons tokens that validate offline with the longest lifespan of any client', async () => {
  const { ory, clock } = server({ lifespan: '48h0m0s' })
  const at = { now: clock.now(), loginsEnd: 0, inFlight: '' }
  const [jwt] = await survivorsOfUser('alice', 3_600_000, { ory }, at)

  expect(jwt).toMatchObject({ what: 'JWT access tokens', until: '2026-01-04T03:04:05.000Z' })
})

test('keeps no other from a survey where a caller has no time', async () => {
  const { ory, clock } = server({ issuers: 3 })
  const hurried = await surveyServer(ory, clock, AbortSignal.abort())

  expect(hurried.issuers).toBeUndefined()
  expect((await surveyServer(ory, clock, undefined)).issuers).toMatchObject({ anySubject: 1 })
})
