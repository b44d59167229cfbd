import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bodyOf, eventBody } from '../faults/events.ts'
import { createClients, signIn } from '../faults/users.ts'
import { startSystem } from './system.ts'

let system: Awaited<ReturnType<typeof startSystem>>

beforeAll(async () => {
  system = await startSystem({
    emulator: { accounts: true },
    overrides: { timeoutSeconds: 5, visibilityTimeoutSeconds: 6 },
    variables: {
      LOGIN_CONSENT_TTL: '1s',
      FOLLOW_UP_MARGIN: '0s',
      SUBJECT_TEMPLATES: JSON.stringify({
        'https://hr.example': ['{employee.account}', { external_id: '{employee.id}' }],
        'https://crm.example': { external_id: '{employee.id}' },
      }),
    },
  })
  await createClients(system.ory)
})

afterAll(() => system.stop())

const newSubject = () => `user-${randomUUID()}`

/** A user with two sessions at the identity provider and two API keys, signed in to two apps. */
async function newUser(names: { readonly external_id?: string } = {}) {
  const subject = newSubject()
  const tokens = await signIn(system.emulator, subject)
  await system.emulator.seed({
    identities: [{ id: subject, sessions: 2, ...names }],
    api_keys: [{ actor_id: subject }, { actor_id: subject, imported: true }],
  })
  return { subject, tokens }
}

type Tokens = Awaited<ReturnType<typeof signIn>>

async function activeTokens(tokens: Tokens): Promise<number> {
  const all = tokens.flatMap(({ access_token, refresh_token }) => [access_token, refresh_token])
  const answers = await Promise.all(all.map((token) => system.ory.introspectOAuth2Token({ token })))
  return answers.filter(({ active }) => active).length
}

const userEvent = (type: string, subject: string) => eventBody(type, { subject })

test('a deleted user keeps no session at the identity provider, and no API key', async () => {
  const { subject, tokens } = await newUser()
  const body = bodyOf(subject)
  await system.send(body)

  const receipt = await system.receiptOf(body, 'first')
  expect(receipt).toMatchObject({
    before: { identity_sessions: 2, issued_api_keys: 1, imported_api_keys: 1 },
    after: { identity_sessions: 0, issued_api_keys: 0, imported_api_keys: 0 },
  })
  expect(receipt.steps.map(({ op, status }) => [op, status])).toEqual(
    expect.arrayContaining([
      ['deleteIdentitySessions', 'observed'],
      ['adminRevokeIssuedApiKey', 'observed'],
      ['adminRevokeImportedApiKey', 'observed'],
    ]),
  )
  expect(await activeTokens(tokens)).toBe(0)
  expect((await system.receiptOf(body, 'follow-up')).before).toMatchObject({ issued_api_keys: 0 })
})

test('a suspended user keeps API keys, and is not revived by signing in again', async () => {
  const { subject, tokens } = await newUser()
  const body = userEvent('user.suspended', subject)
  await system.send(body, 'user-suspended')

  const first = await system.receiptOf(body, 'first', 'user-suspended')
  expect(first.after).toMatchObject({ consent_sessions: 0, identity_sessions: 0 })
  expect(first.after).not.toHaveProperty('issued_api_keys')
  expect(first.notes).toContain('not looked at: API keys, which stay')
  await system.receiptOf(body, 'follow-up', 'user-suspended')

  const anew = await signIn(system.emulator, subject)
  expect(await activeTokens(tokens)).toBe(0)
  expect(await activeTokens(anew)).toBe(4)

  const deletion = bodyOf(subject)
  await system.send(deletion)
  expect((await system.receiptOf(deletion, 'first')).before).toMatchObject({ issued_api_keys: 1 })
  expect(await activeTokens(anew)).toBe(0)
})

test('a user who was signed out may sign in again, and nothing ends that', async () => {
  const { subject, tokens } = await newUser()
  const body = userEvent('user.signed-out', subject)
  await system.send(body, 'user-signed-out-incident')

  const receipt = await system.receiptOf(body, 'first', 'user-signed-out')
  expect(receipt).toMatchObject({
    lane: 'incident',
    after: { consent_sessions: 0, identity_sessions: 0 },
    follow_up_not_before: null,
  })
  expect(receipt.may_still_work.map(({ what }) => what)).toContain('logins in flight')
  expect(await activeTokens(tokens)).toBe(0)
  expect(await activeTokens(await signIn(system.emulator, subject))).toBe(4)
})

test('an identity that is deactivated is suspended', async () => {
  const subject = newSubject()
  const tokens = await signIn(system.emulator, subject)
  const body = JSON.stringify({
    name: 'IdentityUpdated',
    version: '1',
    timestamp: '2026-01-02T03:04:05Z',
    projectId: randomUUID(),
    eventAttributes: { IdentityID: subject, IdentityActive: false },
  })
  await system.send(body, 'user-suspended')

  const receipt = await system.receiptOf(body, 'first', 'user-suspended')
  expect(receipt.notes).toContain(
    'no identity has this subject for its id: its sessions could not be looked for by another',
  )
  expect(await activeTokens(tokens)).toBe(0)
})

const leaver = (employee: object) => {
  const id = randomUUID()
  const event = { ...JSON.parse(eventBody('user.signed-out', { employee })), id }
  return { id, body: JSON.stringify({ ...event, source: 'https://hr.example' }) }
}

test('a user of several subjects, one of whom the identity provider names, is signed out as each', async () => {
  const external_id = `hr-${randomUUID()}`
  const known = await newUser({ external_id })
  const other = await newUser()
  const { id, body } = leaver({ id: external_id, account: other.subject })
  await system.send(body, 'user-signed-out-incident')

  await system.logged(`"parent":"${id}"`, 2)
  expect(await activeTokens([...known.tokens, ...other.tokens])).toBe(0)
  const logged = system.lines.join('')
  expect(
    [external_id, known.subject, other.subject].filter((name) => logged.includes(name)),
  ).toEqual([])
})

test('an event whose every lookup finds nobody is a dead letter', async () => {
  const at = 'user-signed-out-incident'
  const event = JSON.parse(leaver({ id: randomUUID() }).body)
  await system.send(JSON.stringify({ ...event, source: 'https://crm.example' }), at)
  const letter = await system.deadLetter(at)

  expect(letter?.MessageAttributes?.['lapse-reason']?.StringValue).toMatch(/^subjects-unknown: /)
})

test('users wait for a server of API keys that is known to be down, and keep no token meanwhile', async () => {
  const healed = ['adminListIssuedApiKeys', 'adminListImportedApiKeys'].map((operation) =>
    system.emulator.faults.add({ kind: 'status', status: 503, operation }),
  )
  const users = await Promise.all([newUser(), newUser(), newUser()])
  for (const { subject } of users) await system.send(bodyOf(subject))
  await system.logged('the server of API keys is down: nothing is sent until it answers again', 1)
  for (const heal of healed) heal()

  const receipts = await Promise.all(
    users.map(({ subject }) => system.receiptOf(bodyOf(subject), 'first')),
  )
  expect(receipts.map(({ after }) => after)).toMatchObject(
    users.map(() => ({ consent_sessions: 0, issued_api_keys: 0, imported_api_keys: 0 })),
  )
  expect(receipts.flatMap(({ waited = [] }) => waited.map((one) => one.for))).toContain('ory')
  expect(await activeTokens(users.flatMap(({ tokens }) => tokens))).toBe(0)
})
