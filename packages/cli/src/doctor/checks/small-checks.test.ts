import { expect, test } from 'vitest'
import { judged } from '../../testing/judged-outcome.ts'
import { checkpoint } from './checkpoint.ts'
import { ledgerKey } from './ledger-key.ts'
import { listedNothing } from './listed-nothing.ts'
import { oryAccounts } from './ory-accounts.ts'
import { lifespans, loginConsentTtl } from './promised.ts'
import { rotations } from './rotations.ts'
import { secrets } from './secrets.ts'
import { settings } from './settings.ts'
import { tokenEndpoint } from './token-endpoint.ts'

test('settings: each that cannot be read is something to do', () => {
  expect(judged(settings.judge([]))).toBe('well: every setting can be read')
  expect(judged(settings.judge(['A is no duration', 'B is no plan']))).toMatch(/^wrong: A .*; B /)
})

test('lifespans: Ory may be shorter than promised, and not longer', () => {
  const hour = 3_600_000
  expect(judged(lifespans.judge({ oursMs: hour, orys: undefined }))).toMatch(
    /^cannot tell: .*--ory-config$/,
  )
  expect(judged(lifespans.judge({ oursMs: hour, orys: '1h' }))).toMatch(/^well/)
  expect(judged(lifespans.judge({ oursMs: hour, orys: '59m59s' }))).toMatch(/^well/)
  expect(judged(lifespans.judge({ oursMs: hour, orys: '1h0m1s' }))).toMatch(
    /do set ACCESS_TOKEN_LIFESPAN to 1h0m1s$/,
  )
  expect(judged(lifespans.judge({ oursMs: hour, orys: 'long' }))).toMatch(/^cannot tell/)
  expect(judged(loginConsentTtl.judge({ oursMs: 600_000, orys: '30m' }))).toMatch(
    /^wrong: .*outlive/,
  )
})

test('accounts: only what a setting names is looked for, and what cannot be asked is not well', () => {
  const there = { name: 'ORY_API_KEYS_URL', status: 200, isThere: true, why: '' } as const
  const down = { name: 'ORY_IDENTITIES_URL', status: 0, isThere: false, why: 'nobody' } as const
  expect(judged(oryAccounts.judge([]))).toBe(
    'well: identity provider and API keys: not looked at, as no setting says where',
  )
  expect(judged(oryAccounts.judge([there]))).toMatch(
    /^well: API keys: there; identity provider: not/,
  )
  expect(judged(oryAccounts.judge([there, down]))).toBe('cannot tell: nobody')
  expect(judged(oryAccounts.judge([{ ...there, status: 404, isThere: false }, down]))).toMatch(
    /^wrong: ORY_API_KEYS_URL/,
  )
})

test('token endpoint: another name matters only to who signs for it', () => {
  const [orys, ours] = ['https://auth.example/oauth2/token', 'http://hydra:4444/oauth2/token']
  expect(judged(tokenEndpoint.judge({ orys, ours: orys, isUsed: true }))).toMatch(/^well/)
  expect(judged(tokenEndpoint.judge({ orys, ours, isUsed: false }))).toMatch(/^well/)
  expect(judged(tokenEndpoint.judge({ orys, ours, isUsed: true }))).toMatch(
    /do set ORY_TOKEN_ENDPOINT to https:\/\/auth/,
  )
  expect(judged(tokenEndpoint.judge({ orys: undefined, ours, isUsed: true }))).toMatch(
    /^cannot tell/,
  )
})

test('ledger key: 32 bytes, there, and not on its way out', () => {
  const secretId = 'ledger-key'
  expect(judged(ledgerKey.judge({ secretId, isBeingDeleted: false, bytes: 32 }))).toBe(
    'well: ledger-key holds 32 bytes',
  )
  expect(judged(ledgerKey.judge({ secretId, isBeingDeleted: false, bytes: 31 }))).toMatch(
    /^wrong: ledger-key holds 31/,
  )
  expect(judged(ledgerKey.judge({ secretId, isBeingDeleted: true, bytes: undefined }))).toMatch(
    /do aws secretsmanager restore-secret/,
  )
  expect(
    judged(ledgerKey.judge({ secretId, isBeingDeleted: undefined, bytes: undefined })),
  ).toMatch(/^wrong: there is no secret/)
  expect(
    judged(ledgerKey.judge({ secretId: '', isBeingDeleted: undefined, bytes: undefined })),
  ).toMatch(/^cannot tell: LEDGER_KEY_SECRET_ID is not set$/)
})

test('secrets: there, not on their way out, and with a value', () => {
  const versions = { v1: ['AWSCURRENT'] }
  const seen = { secretId: 's', usedFor: 'webhooks of clerk' }
  expect(judged(secrets.judge([]))).toMatch(/^well: none/)
  expect(judged(secrets.judge([{ ...seen, secret: { versions, deletedAt: undefined } }]))).toMatch(
    /^well: 1 has/,
  )
  expect(
    judged(secrets.judge([{ ...seen, secret: { versions: {}, deletedAt: undefined } }])),
  ).toMatch(/has no value/)
  expect(judged(secrets.judge([{ ...seen, secret: { versions, deletedAt: 1 } }]))).toMatch(
    /restore-secret --secret-id s$/,
  )
  expect(judged(secrets.judge([{ ...seen, secret: undefined }]))).toMatch(/does not exist/)
})

test('rotations: what runs is well, what is unknown cannot be told', () => {
  const well = { secretId: 'a', verdict: 'well' } as const
  const running = { secretId: 'b', verdict: 'unfinished', reason: 'running' } as const
  const unknown = { secretId: 'c', verdict: 'unknown', problem: 'throttled' } as const
  const late = {
    secretId: 'd',
    verdict: 'overdue',
    problem: 'late',
    next: 'lapse rotate d',
  } as const
  expect(judged(rotations.judge([]))).toBe('well: no secret is rotated')
  expect(judged(rotations.judge([well, running]))).toMatch(/^well: 2 are/)
  expect(judged(rotations.judge([well, unknown]))).toBe('cannot tell: c: throttled')
  expect(judged(rotations.judge([unknown, late]))).toBe(
    'wrong: d is overdue: late, do lapse rotate d',
  )
})

test('a check names commands for the stage that was asked for', () => {
  const at = { stage: 'production' }
  const odd = { secretId: 'd', verdict: 'overdue' } as const

  expect(judged(rotations.judge([odd], at))).toMatch(/lapse rotate --status --stage production$/)
  expect(judged(rotations.judge([odd]))).toMatch(/lapse rotate --status$/)
  expect(judged(listedNothing.judge({ users: 100, without: 95 }, at))).toMatch(
    /lapse plan user-deleted --subject <[^>]+> --stage production, and set/,
  )
})

test('listed nothing: hardly any of many, and not of a few', () => {
  expect(judged(listedNothing.judge({ users: 1, without: 1 }))).toMatch(/only 1 user was/)
  expect(judged(listedNothing.judge({ users: 19, without: 19 }))).toMatch(/^cannot tell: only 19/)
  expect(judged(listedNothing.judge({ users: 100, without: 94 }))).toMatch(/^well/)
  expect(judged(listedNothing.judge({ users: 100, without: 95 }))).toMatch(
    /^wrong: of 95 of the last 100/,
  )
})

test('checkpoint: there, and not older than three turns', () => {
  const minute = 60_000
  expect(judged(checkpoint.judge({ size: 1, time: 0, ageMs: 15 * minute }))).toBe(
    'well: signed over 1 receipt, 15 min ago',
  )
  expect(judged(checkpoint.judge({ size: 2, time: 0, ageMs: 16 * minute }))).toMatch(
    /^wrong: the last one/,
  )
  expect(judged(checkpoint.judge(undefined))).toMatch(/^wrong: no checkpoint/)
})
