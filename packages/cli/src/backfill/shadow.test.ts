import { OryApiError } from '@lapse/core/errors'
import type { DryRun } from '@lapse/core/run'
import { expect, test } from 'vitest'
import { shadow } from './shadow.ts'

async function* users(count: number) {
  for (let line = 1; line <= count; line += 1) yield { line, subject: `user ${line}` }
}

const planOf = (sessions: number): DryRun => ({
  workflow: 'user-deleted',
  verdict: { result: sessions > 0 ? 'to-do' : 'nothing-left' },
  ledger: 'asked',
  not_looked_at: [],
  before: { consent_sessions: sessions, login_sessions: 1 },
  steps: [
    { op: 'revokeOAuth2LoginSessions', params: {}, ends: [] },
    { op: 'revokeOAuth2ConsentSessions', params: {}, ends: [] },
  ] as unknown as DryRun['steps'],
})

const { signal } = new AbortController()

test('plans every user once and adds up what it comes to, as far as it is told to', async () => {
  const planned: number[] = []
  const counts = await shadow(users(100), {
    total: 30,
    signal,
    tell: () => undefined,
    plan: async ({ line }) => {
      planned.push(line)
      return planOf(line % 3)
    },
  })

  expect(planned.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 30 }, (_, i) => i + 1))
  expect(counts).toEqual({
    planned: 30,
    found: 20,
    before: { consent_sessions: 30, login_sessions: 30 },
    notLookedAt: {},
    calls: 60,
    doneBefore: 0,
    refused: {},
  })
})

test('counts what a user has besides OAuth2, what was not looked at, and what would be refused', async () => {
  const plans: readonly Partial<DryRun>[] = [
    { before: { consent_sessions: 0, issued_api_keys: 3 }, not_looked_at: ['sessions'] },
    {
      before: { consent_sessions: 0, identity_sessions: 1 },
      not_looked_at: ['sessions', 'API keys'],
    },
    { before: { consent_sessions: 0 }, verdict: { result: 'refused-afterwards', reason: 'r' } },
    { before: {}, verdict: { result: 'done-before', receipt: 'done', closed_at: '' } },
  ]
  const counts = await shadow(users(plans.length), {
    total: plans.length,
    signal,
    tell: () => undefined,
    plan: async ({ line }) => ({ ...planOf(0), ...plans[line - 1] }),
  })

  expect(counts).toMatchObject({
    found: 2,
    before: { consent_sessions: 0, identity_sessions: 1, issued_api_keys: 3 },
    notLookedAt: { sessions: 2, 'API keys': 1 },
    doneBefore: 1,
    refused: { r: 1 },
  })
})

test('plans a user again whom Ory had no room for, and no other', async () => {
  const asked = new Map<number, number>()
  const counts = await shadow(users(12), {
    total: 12,
    signal,
    tell: () => undefined,
    plan: async ({ line }) => {
      asked.set(line, (asked.get(line) ?? 0) + 1)
      if (line % 4 === 0 && asked.get(line) === 1)
        throw new OryApiError('listOAuth2ConsentSessions', {
          status: 429,
          body: {},
          retryable: true,
          retryAfterMs: 1,
        })
      return planOf(1)
    },
  })

  expect(counts.planned).toBe(12)
  expect([...asked].filter(([, times]) => times === 2).map(([line]) => line)).toEqual([4, 8, 12])
})

test('ends with any other error, and where it is asked to', async () => {
  const terms = { total: 3, tell: () => undefined }
  const failing = () => Promise.reject(new Error('no answer'))
  const asked = new AbortController()
  asked.abort(new Error('interrupted'))

  await expect(shadow(users(3), { ...terms, signal, plan: failing })).rejects.toThrow('no answer')
  await expect(
    shadow(users(3), { ...terms, signal: asked.signal, plan: async () => planOf(1) }),
  ).rejects.toThrow('interrupted')
})
