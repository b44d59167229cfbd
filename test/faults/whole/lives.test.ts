import { subjectPseudonym } from '@lapse/core/events'
import type { Receipt } from '@lapse/core/run'
import { expect, test } from 'vitest'
import { type Away, aways } from './accounts-weather.ts'
import { inSimulatedTime } from './simulation.ts'
import { bodyOf } from './story.ts'
import { ledgerKey, start, type World, wholeWorld } from './world.ts'

const minute = 60_000
const hour = 60 * minute
const everything = { identitySessions: true, apiKeys: true }
const nowhere: Away = { fate: { kind: 'here', effect: true }, from: 0, until: 0 }

const subject = 'canary-of-a-life'

/** A user with two logins, a session at the identity provider and seven API keys. */
function userIn(world: World) {
  const { server, accounts, hidden, queues, time } = world
  const { state } = server
  hidden.add(subject)
  accounts.state.sessions.set(subject, 1)
  for (let number = 0; number < 7; number += 1) {
    const kind = number < 5 ? 'issued' : 'imported'
    accounts.add(kind, { id: `canary-key-${number}`, actor: subject, status: 'KEY_STATUS_ACTIVE' })
  }
  const login = (sid: string, handledAt?: string) => {
    state.sessions.set(sid, subject)
    const consent = { subject, clientId: 'shared', sid, isListed: true }
    state.consents.push(handledAt === undefined ? consent : { ...consent, handledAt })
  }
  login('sid-1')
  login('sid-2')
  const keys = () => accounts.working('issued', subject) + accounts.working('imported', subject)
  const alive = () => [...state.sessions.values(), ...state.consents].length
  return {
    keys,
    alive,
    signIn: (sid: string) => login(sid, new Date(time.now()).toISOString()),
    giveSessions: (count: number) => accounts.state.sessions.set(subject, count),
    sessions: () => accounts.state.sessions.get(subject),
    /** @param at when it tells of, which is also its id */
    send: (type: string, at = time.now()) =>
      void queues[type.replace('.', '-') as 'user-deleted'].send({
        body: bodyOf(type, at, { subject }, { id: `${type} ${at}`, source: 'https://a.example' }),
        attributes: {},
      }),
    receipts: (): readonly Receipt[] => world.watch.receipts.map(({ receipt }) => receipt),
  }
}

type User = ReturnType<typeof userIn>

/** Plays in calm weather what happens at its times, to its end. */
async function played(
  happens: readonly (readonly [at: number, what: (user: User) => void])[],
  { away = nowhere, suspensionEndsApiKeys = false } = {},
) {
  const world = wholeWorld(1, 'calm', { settings: { ...everything, suspensionEndsApiKeys }, away })
  const user = userIn(world)
  await inSimulatedTime(world.time, async () => {
    for (const [at, what] of happens) world.time.in(at, () => what(user))
    await world.time.settle({ settled: world.settled, standstillMs: 24 * 3_600_000 })
  })
  expect(world.watch.violations).toEqual([])
  expect(world.ledgers.row.rows.every(({ about }) => about.subject === pseudonym)).toBe(true)
  return { world, user }
}

const pseudonym = subjectPseudonym(ledgerKey, subject)

const told = ({ workflow, pass, before, after }: Receipt) => ({
  of: `${workflow} ${pass}`,
  consents: [before['consent_sessions'], after['consent_sessions']],
  sessions: [before['identity_sessions'], after['identity_sessions']],
  keys: [sumOfKeys(before), sumOfKeys(after)],
})

function sumOfKeys(counts: Receipt['before']): number | undefined {
  const { issued_api_keys: issued, imported_api_keys: imported } = counts
  return issued === undefined || imported === undefined ? undefined : issued + imported
}

test('a user who is suspended, let in again and deleted is revived by nothing and ended by the deletion', async () => {
  const seen: Record<string, unknown> = {}
  const { user } = await played([
    [0, ({ send }) => send('user.suspended')],
    [
      2 * hour,
      (user) => {
        seen['let in again'] = [user.alive(), user.keys()]
        user.signIn('sid-3')
      },
    ],
    [
      3 * hour,
      (user) => {
        seen['before the deletion'] = [user.alive(), user.keys()]
        user.send('user.deleted')
      },
    ],
  ])

  expect(seen).toEqual({ 'let in again': [0, 7], 'before the deletion': [2, 7] })
  expect(user.receipts().map(told)).toEqual([
    {
      of: 'user-suspended first',
      consents: [2, 0],
      sessions: [1, 0],
      keys: [undefined, undefined],
    },
    {
      of: 'user-suspended follow-up',
      consents: [0, 0],
      sessions: [0, 0],
      keys: [undefined, undefined],
    },
    { of: 'user-deleted first', consents: [1, 0], sessions: [0, 0], keys: [7, 0] },
    { of: 'user-deleted follow-up', consents: [0, 0], sessions: [0, 0], keys: [0, 0] },
  ])
  expect([user.alive(), user.keys()]).toEqual([0, 0])
})

test.each([
  ['keeps the API keys', false, 7],
  ['ends the API keys as well, where that is asked for', true, 0],
])('a user who is suspended twice has two receipts for each, and %s', async (_w, ends, left) => {
  const { user } = await played(
    [
      [0, ({ send }) => send('user.suspended')],
      [10 * minute, ({ send }) => send('user.suspended')],
    ],
    { suspensionEndsApiKeys: ends },
  )

  expect(user.receipts().map(({ pass, result }) => [pass, result])).toEqual([
    ['first', 'done'],
    ['first', 'done'],
    ['follow-up', 'done'],
    ['follow-up', 'done'],
  ])
  const [first, second] = user.receipts().map(told)
  expect(first).toMatchObject({ consents: [2, 0], keys: ends ? [7, 0] : [undefined, undefined] })
  expect(second).toMatchObject({ consents: [0, 0], keys: ends ? [0, 0] : [undefined, undefined] })
  expect([user.alive(), user.keys()]).toEqual([0, left])
})

test('a sign-out that comes late counts the grants that are newer, and ends them', async () => {
  const { user } = await played([
    [0, ({ signIn }) => signIn('sid-3')],
    [hour, ({ send }) => send('user.signed-out', start - minute)],
    [2 * hour, ({ signIn }) => signIn('sid-4')],
  ])

  const [receipt, ...others] = user.receipts()
  expect(others).toEqual([])
  expect(receipt?.before).toMatchObject({ consent_sessions: 3, grants_newer_than_event: 1 })
  expect(receipt?.notes).toContain(
    'ended as well: 1 consent sessions newer than the event; the user has to sign in once more',
  )
  expect([user.alive(), user.keys(), user.sessions()]).toEqual([2, 7, 0])
})

test('tokens wait for no more than twenty seconds of an identity provider that lists thousands of sessions', async () => {
  const slow = { kind: 'slow', effect: true, slowMs: 8500 }
  const seen = { alive: -1 }
  const { user } = await played(
    [
      [
        0,
        (user) => {
          user.giveSessions(5000)
          user.send('user.deleted')
        },
      ],
      [
        25_000,
        ({ alive }) => {
          seen.alive = alive()
        },
      ],
    ],
    { away: { fate: slow, from: start, until: start + hour } },
  )

  expect(seen.alive).toBe(0)
  expect(user.sessions()).toBe(0)
  const [first] = user.receipts()
  expect(first?.before).not.toHaveProperty('identity_sessions')
})

test.each(aways.map((fate) => [fate.kind, fate] as const))(
  'tokens end within two minutes, and once, while the identity provider and the API keys are %s',
  async (_kind, fate) => {
    const seen = { alive: -1, followUps: 0 }
    const { world, user } = await played(
      [
        [0, ({ send }) => send('user.deleted')],
        [
          2 * minute,
          ({ alive }) => {
            seen.alive = alive()
          },
        ],
      ],
      { away: { fate, from: start, until: start + 5 * hour } },
    )

    expect(seen.alive).toBe(0)
    expect(user.keys()).toBe(0)
    expect(user.receipts().map(({ pass, result }) => [pass, result])).toEqual(
      expect.arrayContaining([
        ['first', 'done'],
        ['follow-up', 'done'],
      ]),
    )
    // Waiting for API keys takes nothing of Ory's rate limit from anybody else.
    const ofConsents = world.watch.made.filter(
      ({ method, path, at }) => at === 'sent' && method === 'DELETE' && path.includes('consent'),
    )
    expect(ofConsents.length).toBeLessThanOrEqual(4)
  },
)

test('users who wait for API keys that hang ask for none, and have all ended once somebody was answered', async () => {
  const hanging = { kind: 'hangs', effect: false, hangs: true }
  const users = 20
  const { world, user } = await played(
    Array.from({ length: users }, (_, n) => [
      n * 1000,
      ({ send }: User) => send('user.deleted', start - n),
    ]),
    { away: { fate: hanging, from: start, until: start + 2 * hour } },
  )

  const asked = world.watch.made.filter(
    ({ at, path }) => at === 'sent' && path.includes('ApiKeys?') && path.includes(subject),
  )
  const receipts = user.receipts()
  expect(receipts.filter(({ pass }) => pass === 'first')).toHaveLength(users)
  expect(user.keys()).toBe(0)
  // Each of the two passes asks four times once all is well; while it hung there were hundreds to ask.
  expect(asked.length).toBeLessThan(2 * users * 4 + 100)
  const [first] = receipts
  expect(first?.attempts.map(({ outcome }) => outcome)).toContain('ERR_CIRCUIT_OPEN')
  expect(first?.waited?.map((one) => one.for)).toContain('ory')
  expect(world.ledgers.row.rows.filter(({ receipt }) => receipt === undefined)).toEqual([])
})
