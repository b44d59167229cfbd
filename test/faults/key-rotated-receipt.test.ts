import type { LeaseRow } from '@lapse/core/leases'
import type { Ory } from '@lapse/core/ory'
import type { SecretVersions } from '@lapse/core/ports'
import { memoryLedger } from '@lapse/core/testing'
import { retireKeys } from '@lapse/core/workflows'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { newKey, type Partner, type PartnerGrant, rotation } from './key-rotated-partner.ts'
import { around, started, startServer } from './key-rotated-server.ts'
import { rotationWorld, settings } from './key-rotated-world.ts'

let server: Awaited<ReturnType<typeof startServer>>
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server.stop())

const day = 86_400_000
const alice: PartnerGrant = { subject: 'alice', scope: ['read'] }
const bob: PartnerGrant = { subject: 'bob', scope: ['write'] }
const others = { retire: { others: true, after: 'P1D' } }

/** A partner whose grants for alice and, if it is so told, for bob stand on k1. */
async function prepared(wrapped: (ory: Ory, issuer: Partner) => Ory = (ory) => ory) {
  server.time.now = () => started
  const issuer = server.newPartner()
  await issuer.trust('k1', alice)
  const at = rotationWorld(wrapped(server.ory, issuer))
  server.time.now = at.clock.now
  const send = (body: string) => at.queue.send({ body, attributes: {} })
  const rotate = (
    ...event: Parameters<typeof rotation> extends [Partner, ...infer Rest] ? Rest : never
  ) => send(rotation(issuer, ...event))
  /** Delivers all there is, and retires nothing yet. */
  const deliverAll = async () => {
    while (!at.queue.isEmpty() || at.gatesAhead().length > 0) await at.playOn()
  }
  const receipts = () => at.ledger.rows.flatMap(({ receipt }) => receipt ?? [])
  const reasons = () => at.queue.deadLetters.map(({ attributes }) => attributes['lapse-reason'])
  const outcomes = () => [...at.followUps.outcomes.values()]
  return { ...at, issuer, rotate, send, deliverAll, receipts, reasons, outcomes }
}

test('shows the new key, and then not the old', async () => {
  const { issuer, rotate, settle, receipts } = await prepared()
  await rotate('k2', alice, others)
  await settle()
  const [first, second] = receipts()

  expect(first).toMatchObject({
    workflow: 'key-rotated',
    pass: 'first',
    result: 'done',
    issuer: issuer.issuer,
    subject: expect.stringMatching(/^[0-9a-f]{64}$/),
    before: { grants: 1, grants_to_trust: 1, grants_on_new_key: 0, grants_on_keys_to_retire: 1 },
    after: { grants: 2, grants_to_trust: 0, grants_on_new_key: 1, grants_on_keys_to_retire: 1 },
    steps: [{ op: 'trustOAuth2JwtGrantIssuer', by: 'kid', status: 'observed', calls: 1 }],
    may_still_work: [
      { what: 'assertions signed with an old key', until: '2026-01-03T03:04:05.000Z' },
    ],
    follow_up_not_before: '2026-01-03T03:04:05.000Z',
  })
  expect(second).toMatchObject({
    workflow: 'key-rotated',
    pass: 'follow-up',
    issuer: issuer.issuer,
    subject: first?.subject,
    event: first?.event,
    before: { grants: 2, grants_on_retired_keys: 1, siblings: 0 },
    after: { grants: 1, grants_on_retired_keys: 0 },
    steps: [{ op: 'deleteTrustedOAuth2JwtGrantIssuer', by: 'id', status: 'observed', calls: 1 }],
    may_still_work: [
      { what: 'access tokens of the jwt-bearer grant', until: '2026-01-03T04:05:06.000Z' },
    ],
    follow_up_not_before: null,
  })
  expect(await issuer.grants()).toEqual(['k2 alice read'])
})

test('keeps both keys working for the overlap, and schedules its end before the receipt', async () => {
  const { issuer, rotate, deliverAll, followUps, clock, play, gatesAhead, ledger } =
    await prepared()
  await rotate('k2', alice, others)
  while (followUps.scheduled.length === 0) {
    expect(ledger.rows[0]?.receipt).toBeUndefined()
    await play(
      gatesAhead().length > 0
        ? { kind: 'step', pick: 0, fate: 'go-on' }
        : { kind: 'deliver', pick: 0 },
    )
  }
  await deliverAll()

  expect(followUps.scheduled).toMatchObject([
    { kind: 'retire-keys', dueAt: clock.now() + day, data: { kids: ['k1'], siblings: 'refuse' } },
  ])
  expect(JSON.stringify(followUps.scheduled)).not.toContain('alice')
  expect(await issuer.works('k1', 'alice', 'read')).toBe(true)
  expect(await issuer.works('k2', 'alice', 'read')).toBe(true)
})

test('trusts a key and retires none where none is named', async () => {
  const { issuer, rotate, settle, receipts, followUps } = await prepared()
  await rotate('k2', alice)
  await settle()

  expect(await issuer.grants()).toEqual(['k1 alice read', 'k2 alice read'])
  expect(followUps.scheduled).toEqual([])
  expect(receipts()).toMatchObject([
    {
      follow_up_not_before: null,
      may_still_work: [{ until: null }],
      notes: ['no key was asked to be retired'],
    },
  ])
})

test('refuses a kid that somebody else trusted a key under', async () => {
  const { issuer, rotate, settle, reasons, trustedKeys } = await prepared()
  await issuer.trust('k2', bob)
  const before = await issuer.grants()
  await rotate('k2', alice)
  await settle()

  expect(reasons()).toEqual(['kid-in-use'])
  expect(await issuer.grants()).toEqual(before)
  expect(trustedKeys.rows).toEqual([])
})

test('trusts a key it brought for another subject as well', async () => {
  const { issuer, rotate, settle, reasons } = await prepared()
  await rotate('k2', alice)
  await settle()
  await rotate('k2', bob)
  await settle()

  expect(reasons()).toEqual([])
  expect(await issuer.grants()).toEqual(['k1 alice read', 'k2 alice read', 'k2 bob write'])
  expect(await issuer.works('k2', 'bob', 'write')).toBe(true)
})

test('lets one of two win that bring different keys under one kid', async () => {
  const { issuer, rotate, send, play, settle, reasons, receipts } = await prepared()
  await rotate('k2', alice)
  const { jwk } = newKey('k2')
  await send(rotation(issuer, 'k2', bob, { jwk }))
  for (let turn = 0; turn < 2; turn += 1) await play({ kind: 'deliver', pick: 0 })
  for (let turn = 0; turn < 60; turn += 1) await play({ kind: 'step', pick: turn, fate: 'go-on' })
  await settle()

  expect(reasons()).toEqual(['kid-in-use'])
  expect(receipts()).toHaveLength(1)
  expect(await issuer.grants()).toEqual(['k1 alice read', 'k2 alice read'])
  expect(await issuer.works('k2', 'alice', 'read')).toBe(true)
})

test('gives a kid to no other key while the event that brings one is under way', async () => {
  const { issuer, rotate, send, clock, play, gatesAhead, settle, reasons } = await prepared()
  await rotate('k2', alice)
  await play({ kind: 'deliver', pick: 0 })
  while (gatesAhead()[0] !== 'trustOAuth2JwtGrantIssuer by ')
    await play({ kind: 'step', pick: 0, fate: 'go-on' })
  await play({ kind: 'step', pick: 0, fate: 'die-before' })
  clock.advance(2 * 60_000)
  await send(rotation(issuer, 'k2', bob, { jwk: newKey('k2').jwk }))
  await play({ kind: 'deliver', pick: 1 })
  await settle()

  expect(reasons()).toEqual(['kid-in-use'])
  expect(await issuer.works('k2', 'alice', 'read')).toBe(true)
})

test('takes a kid again that nothing stands on any more', async () => {
  const { issuer, rotate, send, settle, reasons } = await prepared()
  await rotate('k2', alice)
  await settle()
  const [grant] = (
    await server.ory.listTrustedOAuth2JwtGrantIssuers({ issuer: issuer.issuer })
  ).items.filter(({ public_key }) => public_key?.kid === 'k2')
  await server.ory.deleteTrustedOAuth2JwtGrantIssuer({ id: String(grant?.id) })
  await send(rotation(issuer, 'k2', bob, { jwk: newKey('k2').jwk }))
  await settle()

  expect(reasons()).toEqual([])
  expect(await issuer.grants()).toEqual(['k1 alice read', 'k2 bob write'])
})

test('takes a grant that was there in between for its own where it allows the same', async () => {
  const meanwhile = (terms: PartnerGrant) => (ory: Ory, issuer: Partner) =>
    around(ory, /^trust/, async (call, parameters) => {
      await issuer.trust('k2', terms)
      return call(parameters)
    })
  const same = await prepared(meanwhile(alice))
  await same.rotate('k2', alice)
  await same.settle()
  const other = await prepared(meanwhile({ ...alice, scope: ['write'] }))
  await other.rotate('k2', alice)
  await other.settle()

  expect(same.receipts()).toMatchObject([{ steps: [{ attempts: [{ outcomes: { already: 1 } }] }] }])
  expect(other.reasons()).toEqual(['kid-in-use-on-other-terms'])
  expect(other.metrics.counts.VerificationFailures).toBe(1)
})

test.each([
  ['an issuer that is protected', { issuer: 'https://protected.example' }, 'protected-issuer'],
  ['a key that has expired', { expires_at: '2026-01-02T03:04:05Z' }, 'key-expired'],
  ['siblings', { retire: { kids: ['k1'], after: 'P1D' } }, 'siblings-on-retired-key'],
])('refuses %s, and touches nothing', async (_what, data, reason) => {
  const at = await prepared()
  await at.issuer.trust('k1', bob)
  const before = await at.issuer.grants()
  await at.send(rotation(at.issuer, 'k2', alice, data, '2026-01-02T03:04:04Z'))
  await at.settle()

  expect(at.reasons()).toEqual([reason])
  expect(at.queue.deadLetters[0]?.body).toContain('alice')
  expect(await at.issuer.grants()).toEqual(before)
  expect([at.made, at.trustedKeys.rows, at.keyHistories.rows]).toEqual([[], [], []])
})

test('keeps no private key, and says in the DLQ that there was one', async () => {
  const at = await prepared()
  const { privateKey } = newKey('k2')
  const jwk = { ...privateKey.export({ format: 'jwk' }), kid: 'k2', use: 'sig', alg: 'ES256' }
  await at.send(rotation(at.issuer, 'k2', alice, { jwk }))
  await at.settle()
  const { d, ...kept } = jwk

  expect(at.reasons()).toEqual(['private-key: the event holds one, which is not kept in this copy'])
  expect(JSON.parse(at.queue.deadLetters[0]?.body ?? '{}')).toMatchObject({ data: { jwk: kept } })
  const everything = [at.queue.deadLetters, at.ledger.rows, at.log.lines, at.trustedKeys.rows]
  expect(JSON.stringify(everything)).not.toContain(d)
  expect(at.made).toEqual([])
})

test('has a sibling of the overlap follow, or retires nothing', async () => {
  const played = async (siblings: string) => {
    const at = await prepared()
    await at.rotate('k2', alice, { ...others, siblings })
    await at.deliverAll()
    await at.issuer.trust('k1', bob)
    await at.settle()
    return [await at.issuer.grants(), at.outcomes(), await at.issuer.works('k2', 'bob', 'write')]
  }

  expect(await played('follow')).toEqual([['k2 alice read', 'k2 bob write'], ['done'], true])
  expect(await played('refuse')).toEqual([
    ['k1 alice read', 'k1 bob write', 'k2 alice read'],
    ['refused: siblings-on-retired-key'],
    false,
  ])
})

test('retires nothing where the new key is trusted no more', async () => {
  const at = await prepared()
  await at.rotate('k2', alice, others)
  await at.deliverAll()
  const { items } = await server.ory.listTrustedOAuth2JwtGrantIssuers({ issuer: at.issuer.issuer })
  const gone = items.find(({ public_key }) => public_key?.kid === 'k2')
  await server.ory.deleteTrustedOAuth2JwtGrantIssuer({ id: String(gone?.id) })
  await at.settle()

  expect(at.outcomes()).toEqual(['refused: new-key-not-trusted'])
  expect(await at.issuer.grants()).toEqual(['k1 alice read'])
})

test('retires twice without a second effect', async () => {
  const at = await prepared()
  await at.rotate('k2', alice, others)
  await at.settle()
  await at.issuer.trust('k1', bob)
  const before = [at.receipts(), at.made.length, await at.issuer.grants()]
  const [followUp] = at.followUps.scheduled
  if (followUp !== undefined) await at.followUps.schedule({ ...followUp, id: 'once more' })
  await at.settle()

  expect(at.outcomes()).toEqual(['done', 'done'])
  expect([at.receipts(), at.made.length, await at.issuer.grants()]).toEqual(before)
})

test('does nothing for an event whose key a later one has retired', async () => {
  const at = await prepared()
  await at.rotate('k3', alice, others, '2026-01-02T03:04:09Z')
  await at.settle()
  await at.rotate('k2', alice, others, '2026-01-02T03:04:08Z')
  await at.settle()

  expect(await at.issuer.grants()).toEqual(['k3 alice read'])
  expect(at.receipts().map(({ result }) => result)).toEqual(['done', 'done', 'superseded'])
})

const leftTrusted = { what: 'assertions signed with an old key', until: null }

test.each([
  [
    'the keys that it names',
    { retire: { kids: ['k0', 'k1'], after: 'P1D' } },
    [
      {
        ...leftTrusted,
        why: 'this rotation was superseded, and retires none of the keys that it names',
        count: 2,
      },
    ],
  ],
  [
    'all keys but its own',
    others,
    [
      {
        ...leftTrusted,
        why: 'this rotation was superseded, and retires no key; the later one may retire others',
      },
    ],
  ],
  ['nothing', {}, []],
])('says what stays trusted where a superseded event was to retire %s', async (...row) => {
  const [_what, retire, may_still_work] = row
  const at = await prepared()
  await at.issuer.trust('k0', alice)
  await at.rotate('k3', alice, { retire: { kids: ['k2'], after: 'P1D' } }, '2026-01-02T03:04:09Z')
  await at.deliverAll()
  await at.rotate('k2', alice, retire, '2026-01-02T03:04:08Z')
  await at.settle()

  expect(await at.issuer.grants()).toEqual(['k0 alice read', 'k1 alice read', 'k3 alice read'])
  const superseded = at.receipts().filter(({ result }) => result === 'superseded')
  expect(superseded.map(({ may_still_work: left }) => left)).toEqual([may_still_work])
})

test('retires no key that a later event brought, or brought back', async () => {
  const at = await prepared()
  await at.rotate('k4', alice, {}, '2026-01-02T03:04:09Z')
  await at.deliverAll()
  await at.rotate('k2', alice, others, '2026-01-02T03:04:07Z')
  await at.deliverAll()
  expect(at.followUps.scheduled[0]?.data['kids']).toEqual(['k1'])
  await at.rotate('k5', alice, { retire: { kids: ['k4'], after: 'P1D' } }, '2026-01-02T03:04:08Z')
  await at.deliverAll()
  expect(at.reasons()).toEqual(['newer-than-event'])
})

test('leaves a key alone that an event of the overlap went back to', async () => {
  const at = await prepared()
  await at.rotate('k2', alice, {}, '2026-01-02T03:04:05Z')
  await at.deliverAll()
  await at.rotate('k3', alice, { retire: { kids: ['k2'], after: 'P1D' } }, '2026-01-02T03:04:06Z')
  await at.deliverAll()
  await at.rotate('k2', alice, {}, '2026-01-02T03:04:07Z')
  await at.settle()

  expect(at.outcomes()).toEqual(['done'])
  expect(await at.issuer.grants()).toEqual(['k1 alice read', 'k2 alice read', 'k3 alice read'])
})

test('lets nobody trust an old key between the list that decides and the deletion', async () => {
  const at = await prepared()
  await at.rotate('k2', alice, {}, '2026-01-02T03:04:03Z')
  await at.rotate('k3', alice, others, '2026-01-02T03:04:05Z')
  await at.deliverAll()
  at.clock.advance(day + 60_000)
  await at.play({ kind: 'sweep' })
  while (at.gatesAhead()[0] !== 'deleteTrustedOAuth2JwtGrantIssuer by id')
    await at.play({ kind: 'step', pick: 0, fate: 'go-on' })
  await at.rotate('k2', bob, {}, '2026-01-02T03:04:04Z')
  await at.play({ kind: 'deliver', pick: 0 })
  for (let turn = 0; turn < 20 && at.gatesAhead().length > 1; turn += 1)
    await at.play({ kind: 'step', pick: 1, fate: 'go-on' })
  await at.settle()

  expect(at.reasons()).toEqual([])
  expect(at.outcomes()).toEqual(['done'])
  expect(await at.issuer.works('k2', 'bob', 'write')).toBe(true)
})

test('touches no key of an issuer that came to be protected in the overlap', async () => {
  const at = await prepared()
  await at.rotate('k2', alice, others)
  await at.deliverAll()
  const [followUp] = at.followUps.scheduled
  if (followUp === undefined) throw new Error('nothing is scheduled')
  await at.followUps.end(followUp, 'replaced')
  const data = { ...followUp.data, issuer: 'https://protected.example' }
  await at.followUps.schedule({ ...followUp, id: 'protected', data })
  await at.settle()

  expect(at.outcomes()).toEqual(['replaced', 'refused: protected-issuer'])
  expect(await at.issuer.grants()).toEqual(['k1 alice read', 'k2 alice read'])
})

test('retires nothing where the new key has expired by then', async () => {
  const at = await prepared()
  await at.rotate('k2', alice, { ...others, expires_at: '2026-01-03T03:04:06Z' })
  await at.settle()

  expect(at.outcomes()).toEqual(['refused: new-key-not-trusted'])
  expect(await at.issuer.grants()).toEqual(['k1 alice read', 'k2 alice read'])
})

test('is done where somebody else deleted the old key, whatever became of the new one', async () => {
  const at = await prepared()
  await at.rotate('k2', alice, others)
  await at.deliverAll()
  const { items } = await server.ory.listTrustedOAuth2JwtGrantIssuers({ issuer: at.issuer.issuer })
  for (const { id } of items) await server.ory.deleteTrustedOAuth2JwtGrantIssuer({ id })
  await at.settle()

  expect(at.outcomes()).toEqual(['done'])
})

test('begins the overlap when the key was rotated and trusted, whichever is later', async () => {
  const due = async (time: string, waited: number) => {
    const at = await prepared()
    await at.rotate('k2', alice, { retire: { kids: ['k1'], after: 'P1D' } }, time)
    at.clock.advance(waited)
    await at.deliverAll()
    return at.followUps.scheduled[0]?.dueAt
  }

  expect(await due('2026-01-01T00:00:00Z', 5000)).toBe(started + 5000 + day)
  expect(await due('2026-01-02T03:08:05Z', 5000)).toBe(started + 4 * 60_000 + day)
})

test('refuses a rotation from the future, and remembers nothing of it', async () => {
  const at = await prepared()
  await at.rotate('k2', alice, {}, '2026-01-02T03:09:06Z')
  await at.settle()
  await at.rotate('k3', alice, {}, '2026-01-02T03:09:05Z')
  await at.settle()

  expect(at.reasons()).toEqual(['time-in-the-future'])
  expect(await at.issuer.grants()).toEqual(['k1 alice read', 'k3 alice read'])
  expect(at.keyHistories.rows).toMatchObject([{ rotations: [{ kid: 'k3' }] }])
})

test('retires the event’s own keys although the ledger key was replaced since', async () => {
  const at = await prepared()
  await at.rotate('k2', alice, others)
  await at.deliverAll()
  at.clock.advance(2 * day)
  const [followUp] = at.followUps.scheduled
  if (followUp === undefined) throw new Error('nothing is to be retired')
  const services = {
    ...at,
    ory: server.ory,
    leases: memoryLedger<LeaseRow>(),
    secrets: {} as SecretVersions,
    ledgerKey: new Uint8Array(32).fill(2),
  }
  const { receipt } = await retireKeys(followUp, services, settings, {
    deadline: at.clock.now() + 60_000,
  })

  expect(receipt.result).toBe('done')
  expect(await at.issuer.grants()).toEqual(['k2 alice read'])
})

test('names no more keys and grants to be retired than an item has room for', async () => {
  const at = await prepared()
  for (let n = 0; n < 250; n += 1) await at.issuer.trust(`old-${n}`, alice)
  await at.rotate('k2', alice, others)
  await at.deliverAll()
  const [followUp] = at.followUps.scheduled
  await at.settle()

  expect(followUp?.data).toMatchObject({ kids: 'others', grant_ids: { length: 200 } })
  expect(await at.issuer.grants()).toEqual(['k2 alice read'])
})
