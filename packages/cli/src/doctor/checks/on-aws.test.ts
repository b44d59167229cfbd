import { expect, test } from 'vitest'
import { judged } from '../../testing/judged-outcome.ts'
import { alarms } from './alarms.ts'
import { type ClockSeen, clocks } from './clocks.ts'
import { eventStream, type StreamSeen } from './event-stream.ts'
import { kmsKey } from './kms-key.ts'
import { mappings } from './mappings.ts'
import { type LimitsSeen, rateLimits } from './rate-limits.ts'
import { table } from './table.ts'
import { type VersionsSeen, versions } from './versions.ts'

const ledger = {
  status: 'ACTIVE',
  keys: 'pk HASH, sk RANGE',
  isOnDemand: true,
  writeUnits: 0,
  isProtected: true,
  keyArn: undefined,
}
const upkeep = { expiresBy: 'expires_at', isRecoverable: true }
const ofTable = (change: object, kept: object | undefined = {}) =>
  judged(
    table.judge({
      name: 't',
      table: { ...ledger, ...change },
      upkeep: kept && { ...upkeep, ...kept },
    }),
  )

test('a table that is not there holds up every event', () => {
  expect(judged(table.judge({ name: 't', table: undefined, upkeep: undefined }))).toMatch(
    /^wrong: there is no table t: .*set LEDGER_TABLE/,
  )
})

test('the table expires rows, can be recovered and takes as much as comes', () => {
  expect(ofTable({})).toBe('well: t expires rows, can be recovered, and takes as much as comes')
  expect(ofTable({ isOnDemand: false, writeUnits: 5 })).toMatch(/^wrong: it takes 5 write units/)
  expect(ofTable({ status: 'ARCHIVED' })).toMatch(/it is ARCHIVED/)
  expect(ofTable({ keys: 'id HASH' })).toMatch(/its keys are id HASH/)
  expect(ofTable({}, { expiresBy: undefined })).toMatch(/its rows never expire/)
  expect(ofTable({}, { expiresBy: 'ttl' })).toMatch(/its rows expire by ttl/)
  expect(ofTable({}, { isRecoverable: false })).toMatch(/point-in-time recovery on$/)
  expect(judged(table.judge({ name: 't', table: ledger, upkeep: undefined }))).toMatch(
    /^well: .*lapse dev/,
  )
})

const mapping = { functionName: 'f', state: 'Enabled', reportsItems: true, reason: '' }
const ofMapping = (change: object) =>
  judged(mappings.judge([{ name: 'user-deleted', mappings: [{ ...mapping, ...change }] }]))

test('every queue is received from, message by message', () => {
  expect(ofMapping({})).toBe('well: 1 queue is received from')
  expect(ofMapping({ state: 'Updating' })).toMatch(/^well/)
  expect(ofMapping({ state: 'Disabled', reason: 'User action' })).toMatch(
    /is Disabled \(User action\)/,
  )
  expect(ofMapping({ reportsItems: false })).toMatch(/knows whole batches only/)
  expect(judged(mappings.judge([{ name: 'user-deleted', mappings: [] }]))).toMatch(
    /nothing receives from user-deleted/,
  )
})

const account = { Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::1:root' }, Action: 'kms:*' }
const delivery = {
  Effect: 'Allow',
  Principal: { Service: ['sns.amazonaws.com', 'cloudwatch.amazonaws.com'] },
  Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
  Condition: {},
}
const key = {
  state: 'Enabled',
  manager: 'CUSTOMER',
  rotates: true,
  statements: [account, delivery],
}
const ofKey = (change: object) => judged(kmsKey.judge({ ...key, ...change }))

test('the key is enabled, is rotated, and lets in whoever delivers and nobody else', () => {
  expect(ofKey({})).toMatch(/^well/)
  expect(ofKey({ state: 'PendingDeletion' })).toMatch(/cancel-key-deletion/)
  expect(ofKey({ rotates: false })).toMatch(/it is not rotated/)
  expect(ofKey({ manager: 'AWS', rotates: false, statements: [] })).toMatch(
    /^wrong: it is AWS's own key[^;]*$/,
  )
  expect(ofKey({ statements: [delivery] })).toMatch(/does not let the account decide/)
  expect(ofKey({ statements: [account] })).toMatch(
    /sns\.amazonaws\.com use it.*cloudwatch\.amazonaws\.com use it/,
  )
  const sns = { ...delivery, Principal: { Service: 'sns.amazonaws.com' } }
  expect(ofKey({ statements: [account, sns] })).toMatch(
    /^wrong: its policy does not let cloudwatch/,
  )
  const encrypting = { ...delivery, Action: 'kms:Decrypt' }
  expect(ofKey({ statements: [account, encrypting] })).toMatch(/^wrong/)
  const anybody = { Effect: 'Allow', Principal: '*', Action: 'kms:Decrypt' }
  expect(ofKey({ statements: [account, delivery, anybody] })).toMatch(/lets anybody use it/)
  expect(ofKey({ statements: [account, delivery, { ...anybody, Condition: {} }] })).toMatch(/^well/)
  expect(ofKey({ statements: [account, delivery, { ...anybody, Effect: 'Deny' }] })).toMatch(
    /^well/,
  )
})

const alarm = {
  name: 'A',
  state: 'OK',
  since: 0,
  description: '',
  isOn: true,
  tells: ['arn:aws:sns:r:1:alarms'],
}
const confirmed = { protocol: 'email', isConfirmed: true }
const ofAlarms = (change: object, subscriptions: readonly object[] = [confirmed], stage?: string) =>
  judged(
    alarms.judge(
      {
        prefix: 'lapse-production-',
        alarms: [{ ...alarm, ...change }],
        subscriptions: { 'arn:aws:sns:r:1:alarms': subscriptions as never },
      },
      { stage },
    ),
  )

test('alarms are on, and somebody is told who has said yes', () => {
  expect(ofAlarms({})).toBe('well: 1 alarms are on, and somebody is told')
  expect(ofAlarms({ state: 'ALARM' })).toMatch(/^well: .*1 of them rings: lapse status$/)
  expect(ofAlarms({ state: 'ALARM' }, [confirmed], 'x')).toMatch(/: lapse status --stage x$/)
  expect(ofAlarms({ isOn: false })).toMatch(/^wrong: A is off/)
  expect(ofAlarms({ tells: [] })).toMatch(/^wrong: A tells nobody/)
  expect(ofAlarms({}, [])).toMatch(/^wrong: nobody has subscribed to alarms/)
  expect(ofAlarms({}, [{ ...confirmed, isConfirmed: false }])).toMatch(
    /1 of 1 subscriptions to alarms is not confirmed: nobody is told/,
  )
  expect(ofAlarms({}, [confirmed, { ...confirmed, isConfirmed: false }])).toMatch(
    /1 of 2 .*who is behind them/,
  )
  expect(judged(alarms.judge({ prefix: 'lapse-x-', alarms: [], subscriptions: {} }))).toMatch(
    /no alarm called lapse-x-/,
  )
})

const clock = (whose: string, least: number, most: number): ClockSeen => ({ whose, least, most })

test('clocks agree as far as whole seconds and a slow answer let one see', () => {
  const aws = clock("of AWS's", -300, 999)
  expect(judged(clocks.judge([aws, clock("of Ory's", -4000, 2000)]))).toMatch(/^well/)
  expect(judged(clocks.judge([aws, clock("of Ory's", 5000, 6000)]))).toMatch(/^well/)
  expect(judged(clocks.judge([aws, clock("of Ory's", 9000, 10_000)]))).toMatch(
    /^wrong: the clock of Ory's is 9 s ahead of that of this machine/,
  )
  // Ours alone is wrong where both others say so.
  expect(
    judged(
      clocks.judge([clock("of AWS's", -60_000, -59_000), clock("of Ory's", -60_500, -59_500)]),
    ),
  ).toMatch(
    /^wrong: the clock of this machine is 59 s ahead of that of AWS's.*; the clock of this machine is 59\.5 s ahead of that of Ory's[^;]*$/,
  )
  expect(judged(clocks.judge([aws]))).toMatch(/^cannot tell/)
})

const stream = (types: readonly string[] | undefined, isPaused = false): StreamSeen => ({
  id: 's1',
  isPaused,
  types,
})

test('an event stream says when an identity is deleted', () => {
  expect(judged(eventStream.judge(undefined))).toBe('well: a Hydra of your own has none')
  for (const types of [
    undefined,
    ['IdentityDeleted'],
    ['Identity*'],
    ['*'],
    ['OAuth2*', 'IdentityDeleted'],
  ])
    expect(judged(eventStream.judge([stream(types)]))).toMatch(/^well/)
  for (const types of [
    ['IdentityCreated'],
    ['OAuth2*'],
    ['identityDeleted'],
    ['IdentityDeleted.x'],
    ['Identity.eleted'],
  ])
    expect(judged(eventStream.judge([stream(types)]))).toMatch(
      /^wrong: no event stream has IdentityDeleted/,
    )
  expect(judged(eventStream.judge([stream(['IdentityDeleted'], true)]))).toMatch(
    /^wrong: the event stream s1 is paused/,
  )
  expect(judged(eventStream.judge([]))).toMatch(/^wrong: the project has no event stream/)
})

const production = { perSecond: 8, perMinute: 175 }
const ofLimits = (change: Partial<LimitsSeen>) =>
  judged(rateLimits.judge({ setting: 'production', ours: production, orys: production, ...change }))

test('workers keep the limits that Ory tells', () => {
  expect(ofLimits({})).toMatch(/^well: Ory lets 175 reads a minute through, as/)
  expect(ofLimits({ setting: undefined, ours: undefined, orys: undefined })).toMatch(/^well/)
  expect(ofLimits({ orys: { perMinute: 4300 } })).toMatch(/^well: .*growth would use all$/)
  expect(ofLimits({ orys: undefined })).toMatch(/^cannot tell/)
  expect(ofLimits({ orys: { perMinute: 80 } })).toMatch(
    /^wrong: .*do set ORY_RATE_LIMITS to developer or staging$/,
  )
  expect(ofLimits({ setting: undefined, ours: undefined })).toMatch(
    /is not set: workers run into 429/,
  )
  expect(ofLimits({ setting: 'self-hosted', ours: undefined })).toMatch(/is self-hosted: workers/)
  expect(ofLimits({ orys: { perMinute: 77 } })).toMatch(/set ORY_RATE_LIMITS to the plan's limits/)
})

const lambda = (name: string, environment: Readonly<Record<string, string>>, state = 'Active') => ({
  name,
  runtime: 'nodejs24.x',
  state,
  environment,
})
const ofVersions = (change: Partial<VersionsSeen>) =>
  judged(versions.judge({ own: '0.1.0', stack: '0.1.0', functions: [], ...change }))

test('functions are of one version, and configured alike', () => {
  const alike = ['a', 'b', 'c'].map((name) =>
    lambda(name, { LEDGER_TABLE: 't', LAPSE_VERSION: '0.1.0' }),
  )
  const other = lambda('d', { LEDGER_TABLE: 'other' })
  expect(ofVersions({ functions: alike })).toMatch(
    /^well: 3 functions are configured alike, and 0\.1\.0 is deployed$/,
  )
  expect(ofVersions({ stack: '0.2.0', functions: [] })).toMatch(/^wrong: this command is 0\.1\.0/)
  expect(ofVersions({ functions: [...alike, other] })).toMatch(/^wrong: d has another LEDGER_TABLE/)
  expect(ofVersions({ functions: [...alike, lambda('e', { LAPSE_VERSION: '0.0.9' })] })).toMatch(
    /the code of e is of 0\.0\.9/,
  )
  expect(ofVersions({ functions: [lambda('f', {}, 'Failed')] })).toMatch(/^wrong: f is Failed/)
  expect(ofVersions({ stack: undefined, functions: [lambda('g', {})] })).toMatch(/^well/)
})
