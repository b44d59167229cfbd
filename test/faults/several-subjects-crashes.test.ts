import { OryApiError } from '@lapse/core/errors'
import { parseUserDeleted, type SubjectMapping } from '@lapse/core/events'
import type { Ory, OryAccounts } from '@lapse/core/ory'
import { forEachSubject, userDeleted } from '@lapse/core/workflows'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { deliveryMove } from './deliveries.ts'
import { world } from './world.ts'

const source = 'https://hr.example/employees/hr-4711'
const body = JSON.stringify({
  specversion: '1.0',
  id: 'leaver hr-4711',
  source,
  type: 'user.deleted',
  time: '2026-01-02T03:04:00Z',
  lane: 'hygiene',
  data: { employee: { id: 'hr-4711', mail: 'zoe@acme.example', accounts: ['zoe-1', 'zoe-2'] } },
})
const subjects = ['identity-by-id', 'identity-by-mail', 'zoe-1', 'zoe-2']
const names = [...subjects, 'hr-4711', 'zoe@acme.example']

const mapping: SubjectMapping = [
  '{employee.accounts}',
  { external_id: '{employee.id}' },
  { credentials_identifier: '{employee.mail}' },
]

/** An Ory that ends what it is told to, and remembers of whom. */
function deafOry(ended: string[]): Ory {
  const none = async function* () {}
  return {
    listOAuth2ConsentSessions: none,
    listOAuth2Clients: none,
    listTrustedOAuth2JwtGrantIssuers: none,
    revokeOAuth2LoginSessions: async () => undefined,
    revokeOAuth2ConsentSessions: async ({ subject }: { subject: string }) => {
      ended.push(subject)
    },
  } as unknown as Ory
}

/** An identity provider that knows both identities until somebody says that they are gone. */
function identityProvider(isGone: () => boolean, asked: string[] = []): OryAccounts {
  return {
    async getIdentityByExternalID({ id }: { id: string }) {
      asked.push(id)
      if (!isGone() && id === 'hr-4711') return { id: 'identity-by-id', external_id: id }
      throw new OryApiError('getIdentityByExternalID', {
        status: 404,
        body: {},
        retryable: false,
        rowMissing: true,
      })
    },
    async *listIdentities({ credentials_identifier: by }: { credentials_identifier: string }) {
      asked.push(by)
      if (!isGone() && by === 'zoe@acme.example') yield { id: 'identity-by-mail' }
    },
  } as unknown as OryAccounts
}

/** The identities are deleted as soon as it was kept who they are. */
function leaving(templates: Readonly<Record<string, SubjectMapping>> = { [source]: mapping }) {
  const ended: string[] = []
  const asked: string[] = []
  const fields = { userDeleted: 'subject', identityDeleted: 'IdentityID', templates }
  const settings = { followUpAfterMs: 31 * 60_000, accessTokenLifespanMs: 60 * 60_000 }
  const known = { isGone: () => false }
  const at = world({
    ory: deafOry(ended),
    accounts: identityProvider(() => known.isGone(), asked),
    parse: (text) => parseUserDeleted(text, fields),
    parseDerived: (text) => parseUserDeleted(text),
    workflow: (event) => forEachSubject(event, userDeleted(settings)),
  })
  known.isGone = () => at.keptSubjects.rows.length > 0
  return { ...at, ended, asked }
}

/** Nothing that names the user, nor what is one of these in base64. */
function expectNoNames(kept: unknown): void {
  const text = JSON.stringify(kept)
  const decoded = (text.match(/[\w-]{40,}/g) ?? []).map((run) => atLatin1(run))
  const isTold = (name: string) => [text, ...decoded].some((part) => part.includes(name))
  expect(names.filter(isTold)).toEqual([])
}

const atLatin1 = (run: string) => Buffer.from(run, 'base64url').toString('latin1')

function expectEachOnce({
  ledger,
  ended,
  queue,
  log,
  keptSubjects,
  rewritten,
}: ReturnType<typeof leaving>): void {
  const receipts = ledger.rows.flatMap(({ receipt }) => receipt ?? [])
  expect(receipts).toHaveLength(ledger.rows.length)
  const [parent, ...others] = receipts.filter(({ subject }) => subject === undefined)
  expect(others).toEqual([])
  expect(parent).toMatchObject({ before: { subjects: 4, lookups_that_found_nobody: 0 } })

  const ofSubjects = receipts.filter(({ subject }) => subject !== undefined)
  expect(ofSubjects.every(({ event }) => event.parent === parent?.event.id)).toBe(true)
  expect(new Set(ofSubjects.map(({ event }) => event.id)).size).toBe(4)
  expect(ofSubjects.map(({ pass }) => pass).toSorted()).toEqual(
    subjects.flatMap(() => ['first', 'follow-up']).toSorted(),
  )
  expect(ofSubjects.every(({ lane }) => lane === 'hygiene')).toBe(true)
  expect([...new Set(ended)].toSorted()).toEqual(subjects)
  expect(queue.deadLetters).toEqual([])
  expect(rewritten).toEqual([])

  expectNoNames([ledger.rows, log.lines])
  expect(keptSubjects.rows).toEqual([{ subjects: 4, foundNobody: 0 }])
}

const fates = ['die-before', 'die-after', 'fail', 'lose-answer'] as const

test.each(fates)('%s at any call ends with each subject processed once', async (fate) => {
  for (let calls = 0; ; calls += 1) {
    const at = leaving()
    await at.queue.send({ body, attributes: {} })
    await at.play({ kind: 'deliver', pick: 0 })
    const isMet = await at.settleAfter(calls, fate)

    expectEachOnce(at)
    if (!isMet) return expect(calls).toBeGreaterThan(10)
  }
})

test('any order of duplicates, deaths and time processes each subject once', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(deliveryMove, { maxLength: 80 }),
      fc.integer({ min: 1, max: 3 }),
      async (moves, copies) => {
        const at = leaving()
        for (let copy = 0; copy < copies; copy += 1) await at.queue.send({ body, attributes: {} })
        for (const next of moves) {
          await at.play(next)
          expectNoNames(at.keptSubjects.rows)
        }
        await at.settle()
        // Long after, when nobody knows the identity any more.
        await at.queue.send({ body, attributes: {} })
        await at.settle()

        expectEachOnce(at)
      },
    ),
    { numRuns: 40 },
  )
})

test('asks the identity provider once', async () => {
  const at = leaving()
  await at.queue.send({ body, attributes: {} })
  await at.settle()

  expect(at.asked.toSorted()).toEqual(['hr-4711', 'zoe@acme.example'])
})

test('another mapping makes it another event, and what was done is not done again', async () => {
  const plain = 'https://hr.example'
  const event = JSON.stringify({ ...JSON.parse(body), id: 'leaver', source: plain })
  const templates: Record<string, SubjectMapping> = { [plain]: ['{employee.accounts}'] }
  const at = leaving(templates)
  await at.queue.send({ body: event, attributes: {} })
  await at.settle()
  const first = at.ended.toSorted()
  templates[plain] = ['{employee.accounts}', '{employee.id}']
  await at.queue.send({ body: event, attributes: {} })
  await at.settle()

  expect(first).toEqual(['zoe-1', 'zoe-1', 'zoe-2', 'zoe-2'])
  expect(at.ended.toSorted()).toEqual(['hr-4711', 'hr-4711', ...first])
})
