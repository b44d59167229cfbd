import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bodyOf } from '../faults/events.ts'
import { createClients, signIn } from '../faults/users.ts'
import { startSystem } from './system.ts'

const limits = {
  'admin-low': { perSecond: 5, perMinute: 35 },
  'admin-medium': { perSecond: 5, perMinute: 60 },
  'admin-high': { perSecond: 50, perMinute: 3000 },
}

/** More calls than Ory takes in four minutes, whatever the machine does. */
const deletions = Array.from({ length: 40 }, () => bodyOf(`gone-${randomUUID()}`))

let system: Awaited<ReturnType<typeof startSystem>>

beforeAll(async () => {
  system = await startSystem({
    variables: {
      ORY_RATE_LIMITS: JSON.stringify(limits),
      LOGIN_CONSENT_TTL: '1s',
      FOLLOW_UP_MARGIN: '0s',
    },
  })
  await createClients(system.ory)
})

afterAll(() => system.stop())

const stillWaiting = async () => {
  const rows = await Promise.all(
    deletions.map((body) => system.rowOf(body, 'first', 'user-deleted')),
  )
  return rows.filter((row) => row?.receipt === undefined).length
}

test('an incident is done before the deletions that wait on a full queue', async () => {
  const subject = `gone-${randomUUID()}`
  const [tokens] = await signIn(system.emulator, subject)
  const incident = bodyOf(subject)
  await Promise.all(deletions.map((body) => system.send(body)))
  // From here on deletions are sent back to wait for their turn.
  await system.logged('"code":"ERR_RATE_BUDGET"', 1)
  await system.send(incident, 'user-deleted-incident')

  const receipt = await system.receiptOf(incident, 'first')
  expect(await stillWaiting()).toBeGreaterThan(0)
  expect(receipt).toMatchObject({ result: 'done', lane: 'incident' })
  const { active } = await system.ory.introspectOAuth2Token({ token: tokens?.refresh_token ?? '' })
  expect(active).toBe(false)
  const followUp = await system.receiptOf(incident, 'follow-up')
  expect(followUp.lane).toBe('incident')
  expect(await stillWaiting()).toBeGreaterThan(0)
})

test('a deletion that waits is done at once where it is sent again as an incident', async () => {
  const body = bodyOf(`gone-${randomUUID()}`)
  await system.send(body)
  const row = await system.seen(async () => {
    const found = await system.rowOf(body, 'first', 'user-deleted')
    return found?.turns === undefined ? undefined : found
  })
  await system.send(body, 'user-deleted-incident')

  expect(row).toMatchObject({ lane: 'deletion' })
  expect(await system.receiptOf(body, 'first')).toMatchObject({ result: 'done', lane: 'incident' })
  expect(await stillWaiting()).toBeGreaterThan(0)
})

test('what cannot be read among incidents is on their own DLQ', async () => {
  await system.send('{"user": "alice"}', 'user-deleted-incident')
  const letter = await system.deadLetter('user-deleted-incident')

  expect(letter?.MessageAttributes?.['lapse-reason']?.StringValue).toBe('unknown-envelope')
})
