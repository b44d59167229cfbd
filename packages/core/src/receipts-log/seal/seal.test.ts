import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type LogHead, type ReceiptMark, receiptId } from '../../ports/index.ts'
import {
  loggedReceipt,
  logName,
  manualClock,
  memoryLedger,
  memoryLogBucket,
  memoryPendingReceipts,
  testLogKey,
} from '../../testing/index.ts'
import { localSigner } from '../local-signer.ts'
import { parseLogFile } from '../log-file.ts'
import { parseCheckpoint } from '../note/checkpoint.ts'
import { parseNote } from '../note/signed-note.ts'
import { openLog } from '../published-log.ts'
import { leafHash } from '../tree/hash.ts'
import { rootOf } from '../tree/root.ts'
import { isAccepted } from '../verify/verification.ts'
import { verify } from '../verify/verify.ts'
import { checkpointPath, newestPath } from './publish.ts'
import { type SealServices, seal } from './seal.ts'

/** Called before and after everything that a sealer asks of the outside. */
type Gate = (call: string) => Promise<void>

const open: Gate = async () => undefined

const markOf = (event: string): ReceiptMark => ({
  row: { workflow: 'test', event, pass: 'first' },
  at: Date.parse('2026-11-01T12:00:00.000Z'),
  about: [],
})

/** A log with the outside that all its sealers share. */
function makeWorld() {
  const { signer, key } = localSigner(logName, testLogKey('log'))
  const pending = memoryPendingReceipts()
  const ledger = memoryLedger<LogHead>()
  const bucket = memoryLogBucket()
  const clock = manualClock('2026-11-01T12:00:00.000Z')
  const signed: string[] = []
  const closed = new Map<string, string>()

  const services = (gate: Gate, batch: number): SealServices => {
    const gated =
      <Args extends readonly unknown[], Answer>(
        name: string,
        call: (...args: Args) => Promise<Answer>,
      ) =>
      async (...args: Args) => {
        await gate(`before ${name}`)
        const answer = await call(...args)
        await gate(`after ${name}`)
        return answer
      }
    return {
      key,
      clock,
      batch,
      pending: {
        mark: pending.mark,
        read: gated('read receipts', pending.read),
        settle: gated('settle', pending.settle),
        placeOf: pending.placeOf,
        async *list() {
          await gate('before list')
          for await (const one of pending.list()) {
            yield one
            await gate('within list')
          }
          await gate('after list')
        },
      },
      ledger: {
        read: gated('read head', ledger.read),
        write: gated('write head', ledger.write),
      },
      bucket: {
        get: gated('get', bucket.get),
        create: gated('create', bucket.create),
        replace: gated('replace', bucket.replace),
      },
      signer: {
        sign: gated('sign', async (text: Uint8Array) => {
          signed.push(Buffer.from(text).toString())
          return signer.sign(text)
        }),
      },
    }
  }

  return {
    pending,
    bucket,
    ledger,
    clock,
    closed,
    signed,
    key,
    mark: (id: string) => pending.mark(markOf(id)),
    close(id: string) {
      const receipt = JSON.stringify(loggedReceipt(Number(id)))
      closed.set(id, receipt)
      pending.close(receiptId(markOf(id)), receipt)
    },
    async add(id: string) {
      await pending.mark(markOf(id))
      this.close(id)
    },
    seal: (gate = open, batch = 2) => seal(services(gate, batch)),
    file: async () => (await Array.fromAsync((await openLog(bucket)).file())).join(''),
  }
}

type World = ReturnType<typeof makeWorld>

/** One history: everything signed is a beginning of it, and it holds each closed receipt once. */
async function expectOneHistory(world: World): Promise<void> {
  const text = await world.file()
  const entries = parseLogFile(text).entries.map((entry) => entry?.leaf ?? Buffer.of())
  const hashes = entries.map(leafHash)
  for (const note of world.signed) {
    const { size, root } = parseCheckpoint(note)
    expect(Buffer.from(rootOf(hashes.slice(0, size))).equals(root)).toBe(true)
    expect(size).toBeLessThanOrEqual(entries.length)
  }

  expect(world.ledger.rows).toMatchObject([{ size: entries.length, unsettled: [] }])

  const ids = entries.map((leaf) => JSON.parse(Buffer.from(leaf).toString()).event.id)
  expect(ids.toSorted()).toEqual([...world.closed.keys()].map((id) => `event-${id}`).toSorted())
  const places = ids.map((id, index) => [receiptId(markOf(id.slice('event-'.length))), index])
  const settled = [...world.pending.settled].filter(([, index]) => index !== undefined)
  expect(new Map(places as [string, number][])).toEqual(new Map(settled))

  const newest = world.bucket.writes
    .filter(({ path }) => path === newestPath)
    .map(({ bytes }) => checkpointPath(parseCheckpoint(parseNote(`${Buffer.from(bytes)}`).text)))
  expect(newest).toEqual(newest.toSorted())
  expect(isAccepted(verify(text, { key: world.key }))).toBe(true)
}

/** Lets a sealer stand still at one of its calls until it is released. */
function stall(at: number) {
  let calls = 0
  const { promise: released, resolve: release } = Promise.withResolvers<void>()
  const { promise: reached, resolve: reach } = Promise.withResolvers<void>()
  const gate: Gate = async () => {
    calls += 1
    if (calls - 1 !== at) return
    reach()
    await released
  }
  return { gate, release, reached, calls: () => calls }
}

/** Three receipts that are there, one whose row is slow, and a log that has four. */
async function begun(): Promise<World> {
  const world = makeWorld()
  for (const id of ['1', '2', '3', '4']) await world.add(id)
  await world.seal()
  for (const id of ['11', '12', '13']) await world.add(id)
  await world.mark('20')
  return world
}

/** What happens while somebody stands still: time, a slow row, new receipts, and a mark that is late. */
async function meanwhile(world: World): Promise<void> {
  world.clock.advance(1000)
  world.close('20')
  await world.add('21')
  await world.mark('11')
}

async function callsOfOne(): Promise<number> {
  const counted = stall(-1)
  await (await begun()).seal(counted.gate)
  return counted.calls()
}

test('seals what is closed, waits for what is marked, and passes nothing over', async () => {
  const world = await begun()

  expect(await world.seal()).toMatchObject({ outcome: 'sealed', size: 7, added: 3, open: 1 })
  world.close('20')
  expect(await world.seal()).toMatchObject({ size: 8, added: 1, open: 0 })
  await expectOneHistory(world)
})

test('a sealer that stands still anywhere neither forks the log nor skips a receipt', async () => {
  const calls = await callsOfOne()
  expect(calls).toBeGreaterThan(60)
  for (let at = 0; at < calls; at += 1) {
    const world = await begun()
    const slow = stall(at)
    const one = world.seal(slow.gate)
    await slow.reached
    await meanwhile(world)
    await world.seal()
    slow.release()
    await one
    await world.seal()

    await expectOneHistory(world)
  }
})

test('a sealer that dies anywhere leaves nothing that the next one does not finish', async () => {
  const calls = await callsOfOne()
  for (let at = 0; at < calls; at += 1) {
    const world = await begun()
    const dying = stall(at)
    void world.seal(dying.gate)
    await dying.reached
    await meanwhile(world)
    await world.seal()

    await expectOneHistory(world)
  }
})

test('two sealers that both stand still, one wherever the other does, keep one history', async () => {
  const calls = await callsOfOne()
  await fc.assert(
    fc.asyncProperty(
      fc.nat(calls - 1),
      fc.nat(calls + 40),
      fc.boolean(),
      fc.boolean(),
      async (first, second, firstGoesOnFirst, newest) => {
        const world = await begun()
        const [a, b] = [stall(first), stall(second)]
        const one = world.seal(a.gate)
        await a.reached
        await meanwhile(world)
        const other = world.seal(b.gate, 3)
        await Promise.race([b.reached, other])
        await world.add('30')
        if (newest) await world.seal()
        if (firstGoesOnFirst) {
          a.release()
          await one
          b.release()
        } else {
          b.release()
          await other
          a.release()
        }
        await Promise.all([one, other])
        await world.seal()

        await expectOneHistory(world)
      },
    ),
    { numRuns: 150 },
  )
})

test('sealers and writers in any order of their calls keep one history', async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), async (scheduler) => {
      const world = await begun()
      const gate: Gate = (call) => scheduler.schedule(Promise.resolve(), call)
      const write = async (id: string) => {
        await gate('before mark')
        await world.mark(id)
        await gate('before close')
        world.close(id)
      }
      const running = [world.seal(gate), world.seal(gate, 1), write('20'), write('22'), write('11')]
      await scheduler.waitFor(Promise.all([...running, world.seal(gate)]))
      await world.seal()

      await expectOneHistory(world)
    }),
    { numRuns: 60 },
  )
})

test('signs again what is identical, whoever does, and signs nothing before it is committed', async () => {
  const world = await begun()
  const dying = stall(-1)
  const died = world.seal(async (call) => {
    if (call === 'after sign') throw new Error('the sealer died')
    await dying.gate(call)
  })
  await expect(died).rejects.toThrow('the sealer died')
  const [first] = world.signed.slice(-1)
  world.clock.advance(60_000)

  await world.seal()

  expect(world.signed.filter((text) => text === first)).toHaveLength(2)
  await expectOneHistory(world)
})

test('publishes a checkpoint also when nothing happened, with the time of now', async () => {
  const world = makeWorld()
  const first = await world.seal()
  world.clock.advance(300_000)
  const second = await world.seal()

  expect(first).toMatchObject({ outcome: 'sealed', size: 0, added: 0 })
  expect(second.checkpoint).toContain('time 2026-11-01T12:05:00.000Z')
  expect(world.bucket.objects.size).toBe(3)
})

test('no checkpoint is older than the one before, whatever the clock says', async () => {
  const world = await begun()
  world.clock.advance(-60_000)
  await world.seal()

  await expectOneHistory(world)
})

test('signs nothing where a receipt changed after the log had committed to it', async () => {
  const world = await begun()
  const dying = world.seal(async (call) => {
    if (call === 'before create') throw new Error('the sealer died')
  })
  await expect(dying).rejects.toThrow('the sealer died')
  const before = world.signed.length
  world.pending.close(receiptId(markOf('11')), '{"forged":true}')

  await expect(world.seal()).rejects.toThrow(
    expect.objectContaining({ reason: 'changed-after-commit' }),
  )
  expect(world.signed).toHaveLength(before)
})

test('signs nothing where the bucket holds something else', async () => {
  const world = await begun()
  const before = world.signed.length
  await world.bucket.create('tile/entries/000.p/6', Buffer.from('forged'))

  await expect(world.seal()).rejects.toThrow(expect.objectContaining({ reason: 'bucket-differs' }))
  expect(world.signed).toHaveLength(before)
})

test('tells of a receipt that can be no entry, and seals the others', async () => {
  const world = await begun()
  await world.mark('x')
  world.pending.close(receiptId(markOf('x')), '{"a":1,"a":2}')

  expect(await world.seal()).toMatchObject({
    size: 7,
    refused: [{ id: receiptId(markOf('x')), reason: 'not-canonical' }],
  })
  // It is told once: who would read it again for ever would read more and more.
  expect(await world.seal()).toMatchObject({ size: 7, refused: [] })
  await expectOneHistory(world)
})

test('grows over tiles and bundles, batch by batch', async () => {
  const world = makeWorld()
  for (let number = 0; number < 700; number += 1) await world.add(String(number))
  await world.seal(open, 200)

  const paths = [...world.bucket.objects.keys()]
  expect(paths).toContain('tile/entries/001')
  expect(paths).toContain('tile/0/002.p/188')
  expect(paths).toContain('tile/1/000.p/2')
  expect(
    await Promise.all(
      [0, 699].map(async (at) => {
        const log = await openLog(world.bucket)
        return verify(await log.prove(at), { key: world.key }).verdict
      }),
    ),
  ).toEqual(['valid-as-of', 'valid-as-of'])
  await expectOneHistory(world)
})
