import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bodyOf } from '../faults/events.ts'
import { createClients, signIn } from '../faults/users.ts'
import { startSystem } from './system.ts'

let system: Awaited<ReturnType<typeof startSystem>>

beforeAll(async () => {
  system = await startSystem({
    overrides: { timeoutSeconds: 5, visibilityTimeoutSeconds: 6 },
    variables: { LOGIN_CONSENT_TTL: '1s', FOLLOW_UP_MARGIN: '0s' },
  })
  await createClients(system.ory)
})

afterAll(() => system.stop())

const newSubject = () => `gone-${randomUUID()}`

async function activeTokens(tokens: Awaited<ReturnType<typeof signIn>>): Promise<number> {
  const all = tokens.flatMap(({ access_token, refresh_token }) => [access_token, refresh_token])
  const answers = await Promise.all(all.map((token) => system.ory.introspectOAuth2Token({ token })))
  return answers.filter(({ active }) => active).length
}

const sns = (message: string) =>
  JSON.stringify({
    Type: 'Notification',
    MessageId: randomUUID(),
    TopicArn: 'arn:aws:sns:us-east-1:000000000000:users',
    Message: message,
    Timestamp: '2026-01-02T03:04:06.000Z',
  })

const eventBridge = (subject: string) =>
  JSON.stringify({
    version: '0',
    id: randomUUID(),
    'detail-type': 'user.deleted',
    source: 'accounts',
    time: '2026-01-02T03:04:05Z',
    detail: { subject },
  })

const identityDeleted = (IdentityID: string) =>
  JSON.stringify({
    name: 'IdentityDeleted',
    version: '1',
    timestamp: '2026-01-02T03:04:05Z',
    projectId: randomUUID(),
    eventAttributes: { IdentityID },
  })

test.each([
  ['a CloudEvent', bodyOf],
  ['an EventBridge event', eventBridge],
  ['a CloudEvent in an SNS notification', (subject: string) => sns(bodyOf(subject))],
  ['an event of an Ory stream', identityDeleted],
])('a user lapses by %s, in two passes', async (_name, event) => {
  const subject = newSubject()
  const tokens = await signIn(system.emulator, subject)
  const body = event(subject)
  expect(await activeTokens(tokens)).toBe(4)
  await system.send(body)

  const first = await system.receiptOf(body, 'first')
  expect(first.before).toMatchObject({ consent_sessions: 2, login_sessions: 2 })
  expect(first.after).toMatchObject({ consent_sessions: 0 })
  expect(await activeTokens(tokens)).toBe(0)
  const followUp = await system.receiptOf(body, 'follow-up')
  expect(Date.parse(followUp.opened_at)).toBeGreaterThanOrEqual(
    Date.parse(first.follow_up_not_before ?? ''),
  )
})

test('an event that is delivered often has one receipt for each pass', async () => {
  const subject = newSubject()
  await signIn(system.emulator, subject)
  const body = bodyOf(subject)
  await Promise.all(Array.from({ length: 10 }, () => system.send(body)))

  const first = await system.receiptOf(body, 'first')
  await system.receiptOf(body, 'follow-up')
  expect(await system.receiptOf(body, 'first')).toEqual(first)
  expect(first.attempts.filter(({ outcome }) => outcome === 'closed')).toHaveLength(1)
})

test('an unreadable message is on the DLQ, byte for byte, with its reason and id', async () => {
  const body = `{"user": "${newSubject()}"} `
  const { MessageId } = await system.send(body)
  const letter = await system.deadLetter()

  expect(letter?.Body).toBe(body)
  expect(letter?.MessageAttributes?.['lapse-reason']?.StringValue).toBe('unknown-envelope')
  expect(letter?.MessageAttributes?.['lapse-message-id']?.StringValue).toBe(MessageId)
})

test('an invocation that has no time left stops by itself, and its message comes again', async () => {
  const subject = newSubject()
  await signIn(system.emulator, subject)
  const body = bodyOf(subject)
  system.emulator.faults.add({
    operation: 'revokeOAuth2ConsentSessions',
    kind: 'delay',
    ms: 60_000,
    times: 1,
  })
  await system.send(body)

  const { attempts, steps } = await system.receiptOf(body, 'first')
  expect(attempts.map(({ outcome }) => outcome)).toEqual(['ERR_ORY_ABORTED', 'closed'])
  expect(steps.at(-1)?.attempts[0]?.outcomes).toEqual({ unknown: 1 })
})

test('logs and metrics are JSON lines without a subject or a token', async () => {
  const subject = newSubject()
  const tokens = await signIn(system.emulator, subject)
  const body = bodyOf(subject)
  await system.send(body)
  await system.receiptOf(body, 'follow-up')

  const said = system.lines.map((line) => JSON.parse(line) as Record<string, unknown>)
  expect(said.filter(({ message }) => message === 'done').length).toBeGreaterThan(0)
  const metrics = said.filter((line) => '_aws' in line && 'UsersProcessed' in line)
  expect(metrics.at(-1)).toMatchObject({ service: 'lapse', UsersProcessed: 1 })
  const secrets = [subject, ...tokens.flatMap((token) => Object.values(token))]
  expect(secrets.filter((secret) => system.lines.join('\n').includes(secret))).toEqual([])
})
