import { randomUUID } from 'node:crypto'
import type { Receipt } from '@lapse/core/run'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { deletionWorld } from './deletion-world.ts'
import { deliveryMove } from './deliveries.ts'
import { bodyOf } from './events.ts'
import { sharedOry } from './shared-ory.ts'
import { fatesAlone } from './stage.ts'
import { createClients, signIn, type Tokens } from './users.ts'
import type { Made } from './world.ts'

const server = sharedOry(createClients)

const activeOf = (tokens: readonly Tokens[]) =>
  Promise.all(
    tokens
      .flatMap(({ access_token, refresh_token }) => [access_token, refresh_token])
      .map(async (token) => (await server.ory.introspectOAuth2Token({ token })).active),
  )

/** How often calls of one kind ended as `outcome`, by the receipts; and how often they were made. */
const told = (receipts: readonly Receipt[], outcome: string) =>
  receipts.flatMap((receipt) =>
    receipt.steps.flatMap(({ op, by, attempts }) =>
      attempts.flatMap(({ attempt, outcomes }) =>
        Array.from({ length: outcomes[outcome] ?? 0 }, () => ({
          row: `${receipt.event.key} ${receipt.pass}`,
          attempt,
          op,
          by,
        })),
      ),
    ),
  )

const tally = (calls: readonly Made[]) => {
  const names = calls.map(({ row, attempt, op, by }) => `${row} #${attempt} ${op} by ${by}`)
  return new Map([...Map.groupBy(names, (name) => name)].map(([name, same]) => [name, same.length]))
}

/** What receipts claim was done, was done; what was done, they claim or tell as unknown. */
function expectTruth(receipts: readonly Receipt[], made: readonly Made[]) {
  const claimed = tally(told(receipts, 'acknowledged'))
  const unknown = tally(told(receipts, 'unknown'))
  const done = tally(made)
  for (const call of new Set([...claimed.keys(), ...unknown.keys(), ...done.keys()])) {
    const count = done.get(call) ?? 0
    const sure = claimed.get(call) ?? 0
    expect([call, count >= sure]).toEqual([call, true])
    expect([call, count <= sure + (unknown.get(call) ?? 0)]).toEqual([call, true])
  }
}

async function expectLapsed(
  { ledger, log, queue, made, rewritten, pendingReceipts }: ReturnType<typeof deletionWorld>,
  users: readonly { readonly subject: string; readonly tokens: readonly Tokens[] }[],
) {
  for (const { subject, tokens } of users) {
    expect((await server.ory.listOAuth2ConsentSessions({ subject })).items).toEqual([])
    expect(await activeOf(tokens)).toEqual(tokens.flatMap(() => [false, false]))
    expect(JSON.stringify([ledger.rows, log.lines])).not.toContain(subject)
  }
  const receipts = ledger.rows.flatMap(({ receipt }) => receipt ?? [])
  expect(receipts).toHaveLength(ledger.rows.length)
  expect(receipts.map(({ pass }) => pass).sort()).toEqual(
    users.flatMap(() => ['first', 'follow-up']).sort(),
  )
  expect(rewritten).toEqual([])
  expect(queue.deadLetters).toEqual([])
  expectTruth(receipts, made)
  // Whatever died where: the log takes each receipt, as it is, and once.
  const marked = await Array.fromAsync(pendingReceipts.list(), ({ receipt }) => receipt ?? 'open')
  expect(marked.filter((receipt) => receipt !== 'open').toSorted()).toEqual(
    receipts.map((receipt) => JSON.stringify(receipt)).toSorted(),
  )
  for (const receipt of receipts.filter(({ pass }) => pass === 'first'))
    expect(receipt.before).toMatchObject({ consent_sessions: 2, login_sessions: 2, clients: 2 })
}

test('any order of duplicates, deaths and time ends in the same state and one true receipt a pass', async () => {
  const control = { subject: `stays-${randomUUID()}`, tokens: [] as Tokens[] }
  control.tokens = await signIn(server.emulator, control.subject)

  await fc.assert(
    fc.asyncProperty(
      fc.array(deliveryMove, { maxLength: 80 }),
      fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 2 })),
      async (moves, copies) => {
        const users = await Promise.all(
          copies.map(async () => {
            const subject = `gone-${randomUUID()}`
            return { subject, tokens: await signIn(server.emulator, subject) }
          }),
        )
        const at = deletionWorld(server.ory)
        for (const [index, { subject }] of users.entries())
          for (let copy = 0; copy < (copies[index] ?? 0); copy += 1)
            await at.queue.send({ body: bodyOf(subject), attributes: {} })

        for (const next of moves) await at.play(next)
        await at.settle()

        await expectLapsed(at, users)
      },
    ),
    { numRuns: 60 },
  )
  expect(await activeOf(control.tokens)).toEqual(control.tokens.flatMap(() => [true, true]))
})

test('a death, a failure or a lost answer at any single call ends in the same state', async () => {
  const points = { explored: 0 }
  for (const how of fatesAlone) {
    for (let call = 0, alive = false; !alive; call += 1) {
      const subject = `gone-${randomUUID()}`
      const users = [{ subject, tokens: await signIn(server.emulator, subject) }]
      const at = deletionWorld(server.ory)
      await at.queue.send({ body: bodyOf(subject), attributes: {} })
      await at.play({ kind: 'deliver', pick: 0 })
      alive = !(await at.settleAfter(call, how))

      await expectLapsed(at, users)
      points.explored += alive ? 0 : 1
    }
  }
  console.log(`user-deleted: ${points.explored} points of failure explored`)
  expect(points.explored).toBeGreaterThan(35)
})
