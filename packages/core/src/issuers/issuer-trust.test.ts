import { expect, test } from 'vitest'
import type { Ory } from '../ory/index.ts'
import { memoryLedger } from '../testing/index.ts'
import { issuerTrusts, oneOfEachKey } from './issuer-trust.ts'
import type { TrustedKeyRow } from './rows.ts'
import { rememberKey } from './trusted-key.ts'

const issuer = 'https://partner.example'
const hour = (at: number) => `2026-01-02T${String(at).padStart(2, '0')}:00:00Z`

/** A grant for a subject on a key, as Ory lists it. */
const grant = (kid: string, at: number, subject = 'alice') => ({
  id: `${kid} ${subject}`,
  issuer,
  subject,
  scope: [],
  public_key: { set: issuer, kid },
  created_at: hour(at),
  expires_at: hour(23),
})

async function trustOf(
  listed: readonly ReturnType<typeof grant>[],
  brought: Record<string, number> = {},
) {
  const trustedKeys = memoryLedger<TrustedKeyRow>()
  for (const [kid, at] of Object.entries(brought))
    await rememberKey(issuer, kid, { thumbprint: 't', event: 'e', time: hour(at) }, { trustedKeys })
  const ory = {
    listTrustedOAuth2JwtGrantIssuers: async function* () {
      yield* listed
    },
  } as unknown as Ory
  const services = { trustedKeys } as never
  const [trust] = await issuerTrusts([issuer, issuer], hour(5), { ory, services })
  return {
    going: trust?.going.map(({ id }) => id),
    newer: trust?.newer.map(({ id }) => id),
  }
}

test('parts keys by the event that brought them, whenever Ory was told', async () => {
  const listed = [grant('older', 9), grant('newer', 1), grant('as old', 9)]

  expect(await trustOf(listed, { older: 4, newer: 6, 'as old': 5 })).toEqual({
    going: ['older alice', 'as old alice'],
    newer: ['newer alice'],
  })
})

test('parts keys that no event brought by the time Ory made them', async () => {
  expect(await trustOf([grant('older', 4), grant('as old', 5), grant('newer', 6)])).toEqual({
    going: ['older alice', 'as old alice'],
    newer: ['newer alice'],
  })
})

test('leaves a key as a whole where one of its grants is newer', async () => {
  expect(await trustOf([grant('k1', 4), grant('k1', 6, 'bob'), grant('k2', 4)])).toEqual({
    going: ['k2 alice'],
    newer: ['k1 alice', 'k1 bob'],
  })
})

test('takes one grant of each key', () => {
  const on = (kid: string, id: string) =>
    ({ id, kid, subject: id, scope: [], expiresAt: 0, createdAt: 0 }) as const

  expect(oneOfEachKey([on('k1', 'a'), on('k1', 'b'), on('k2', 'c')]).map(({ kid }) => kid)).toEqual(
    ['k1', 'k2'],
  )
})
