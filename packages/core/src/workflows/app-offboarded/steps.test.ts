import { expect, test } from 'vitest'
import type { AppOffboarded, OwnerOffboarded } from '../../events/index.ts'
import type { OAuth2Client, TrustedOAuth2JwtGrantIssuer } from '../../ory/index.ts'
import { ownerOffboarded } from './owner-offboarded.ts'
import { offboardingSteps } from './steps.ts'

const settings = {
  protectedClientIds: [],
  protectedOwners: [],
  protectedIssuers: [],
  accessTokenLifespanMs: 3_600_000,
  secretRecoveryDays: 30,
}

const common = {
  type: 'app.offboarded',
  id: 'e-1',
  source: 's',
  time: '2026-01-02T03:04:05Z',
  data: { mode: 'delete' },
  mode: 'delete',
  issuers: ['https://partner.example'],
  secretIds: [],
} as const

const grant = (id: string, kid: string): TrustedOAuth2JwtGrantIssuer => ({
  id,
  issuer: 'https://partner.example',
  public_key: { set: 'https://partner.example', kid },
})

test('deletes a grant of every key first, and no more than the ledger can keep', () => {
  const event: AppOffboarded = { ...common, clientId: 'mail', ofOwner: undefined }
  const subjects = Array.from({ length: 2000 }, (_, n) => grant(`first-${n}`, 'k1'))
  const issuers = [...subjects, grant('second', 'k2')]
  const steps = offboardingSteps(event, { client: undefined, issuers, secrets: [] }, settings)
  const deleted = steps.filter(({ call }) => call.op === 'deleteTrustedOAuth2JwtGrantIssuer')

  expect(deleted.slice(0, 2).map(({ key }) => key)).toEqual([
    'trusted-issuer first-0',
    'trusted-issuer second',
  ])
  expect(deleted).toHaveLength(500)
})

test('keeps messages apart whose events were given an id like its own', () => {
  const idsOf = (id: string) => {
    const event: OwnerOffboarded = { ...common, id, owner: 'acme', afterClientId: undefined }
    const clients = [{ client_id: 'mail', owner: 'acme' }] as readonly OAuth2Client[]
    const steps = ownerOffboarded(settings).plan(event, { clients }, [])
    return steps.map(({ call }) => call.op === 'queue.send' && JSON.parse(call.params.body).id)
  }

  expect(idsOf('offboarding/after/review-2')).toEqual(['offboarding/after/review-2/client/mail'])
})

const ofAcme: OwnerOffboarded = { ...common, owner: 'acme', afterClientId: 'a' }

test('takes up no client but the owner’s, whatever the server lists', async () => {
  const listed = [
    { client_id: 'c', owner: 'acme' },
    { client_id: 'b', owner: 'acme' },
    { client_id: 'a', owner: 'acme' },
    { client_id: 'd', owner: 'acme-2' },
  ]
  const ory = {
    listOAuth2Clients: async function* () {
      yield* listed
    },
  }
  const { clients } = await ownerOffboarded(settings).observe(ofAcme, { ory: ory as never })

  expect(clients.map(({ client_id }) => client_id)).toEqual(['b', 'c'])
})

test('sends no message again that was sent', () => {
  const clients = ['b', 'c'].map((client_id) => ({ client_id })) as readonly OAuth2Client[]
  const sent = {
    key: 'client b',
    op: 'queue.send',
    by: 'owner',
    ends: [{ what: 'a message', evidence: 'requested' }],
    bestEffort: false,
    tries: [{ attempt: 1, outcome: 'acknowledged' }],
  } as const
  const lost = { ...sent, key: 'client c', tries: [{ attempt: 1, outcome: 'unknown' }] } as const
  const steps = ownerOffboarded(settings).plan(ofAcme, { clients }, [sent, lost])

  expect(steps.map(({ key }) => key)).toEqual(['client c'])
})

test('gives the messages for an owner’s clients the same ids, whichever message sends them', () => {
  const event: OwnerOffboarded = {
    ...common,
    id: 'e-1/after/calendar',
    owner: 'acme',
    afterClientId: 'calendar',
  }
  const clients = [{ client_id: 'mail', owner: 'acme' }] as readonly OAuth2Client[]
  const [step] = ownerOffboarded(settings).plan(event, { clients }, [])

  expect(step?.call.op === 'queue.send' && JSON.parse(step.call.params.body)).toMatchObject({
    id: 'e-1/client/mail',
    data: { mode: 'delete', client_id: 'mail', of_owner: 'acme' },
  })
})
