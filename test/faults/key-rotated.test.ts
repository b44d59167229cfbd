import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Partner, type PartnerGrant, rotation } from './key-rotated-partner.ts'
import { around, started, startServer } from './key-rotated-server.ts'
import { rotationWorld } from './key-rotated-world.ts'
import { fatesAlone } from './stage.ts'
import type { Move } from './world.ts'

let server: Awaited<ReturnType<typeof startServer>>
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server.stop())

/** A grant that stood before the event, on one of the partner's old keys. */
interface Standing extends PartnerGrant {
  readonly kid: string
}

/** Whether whoever speaks for the grant can still do so, with the key they had or with the new one. */
async function stillWorks({ works }: Partner, { kid, subject = 'anybody', scope }: Standing) {
  const each = scope.map(
    async (one) => (await works(kid, subject, one)) || works('new', subject, one),
  )
  return (await Promise.all(each)).every(Boolean)
}

/** Ory, with a look at grants after every change of them: `lost` are those that stopped working. */
function watched(look: () => Promise<readonly Standing[]>) {
  const lost: Standing[] = []
  const watchedOry = around(server.ory, /^(trust|delete)/, async (call, parameters) => {
    try {
      return await call(parameters)
    } finally {
      lost.push(...(await look()))
    }
  })
  return { ory: watchedOry, lost }
}

interface Story {
  readonly standing: readonly Standing[]
  readonly event: PartnerGrant
  readonly retire?: { readonly kids: readonly string[] } | { readonly others: true }
  readonly siblings: 'refuse' | 'follow'
}

/** A partner with grants, and a world into which its rotation is to be delivered. */
async function prepared({ standing, event, retire, siblings }: Story, copies = 1) {
  server.time.now = () => started
  const issuer = server.newPartner()
  for (const { kid, ...grant } of standing) await issuer.trust(kid, grant)
  const unnamed = standing.filter(({ subject }) => subject !== event.subject)
  const working = await Promise.all(unnamed.map((grant) => stillWorks(issuer, grant)))
  const owed = unnamed.filter((_grant, index) => working[index])
  const look = async () => {
    const now = await Promise.all(owed.map((grant) => stillWorks(issuer, grant)))
    return owed.filter((_grant, index) => !now[index])
  }
  const { ory: watchedOry, lost } = watched(look)
  const at = rotationWorld(watchedOry)
  server.time.now = at.clock.now
  const data = { siblings, ...(retire && { retire: { ...retire, after: 'P1D' } }) }
  const body = rotation(issuer, 'new', event, data)
  for (let copy = 0; copy < copies; copy += 1) await at.queue.send({ body, attributes: {} })
  return { ...at, issuer, lost, look, before: await issuer.grants() }
}

type Prepared = Awaited<ReturnType<typeof prepared>>

const retiredBy = ({ standing, event, retire }: Story): readonly string[] => {
  if (retire === undefined) return []
  if ('kids' in retire) return retire.kids
  return standing.filter(({ subject }) => subject === event.subject).map(({ kid }) => kid)
}

/** What there has to be in the end, whatever happened on the way. */
async function expectRolled(
  story: Story,
  { ledger, log, queue, followUps, rewritten, ...at }: Prepared,
) {
  const { issuer, before, lost, look } = at
  const receipts = ledger.rows.flatMap(({ receipt }) => receipt ?? [])
  const retired = retiredBy(story)
  const onRetired = story.standing.filter(({ kid }) => retired.includes(kid))
  const hasSiblings = onRetired.some(({ subject }) => subject !== story.event.subject)
  expect([lost, await look(), rewritten]).toEqual([[], [], []])
  for (const subject of ['alice', 'robert', 'carol'])
    expect(JSON.stringify([ledger.rows, log.lines, followUps.scheduled])).not.toContain(subject)

  if (queue.deadLetters.length > 0) {
    expect(await issuer.grants()).toEqual(before)
    expect([receipts, followUps.scheduled]).toEqual([[], []])
    expect(queue.deadLetters[0]?.attributes['lapse-reason']).toMatch(
      story.siblings === 'refuse'
        ? /^siblings-on-retired-key$/
        : /^(siblings-on-different-terms|scope-bound-by-any-subject)$/,
    )
    return 'refused'
  }
  expect(hasSiblings && story.siblings === 'refuse').toBe(false)
  const { subject = 'anybody', scope } = story.event
  for (const one of scope) expect(await issuer.works('new', subject, one)).toBe(true)
  const left = await issuer.grants()
  expect(left.filter((grant) => retired.some((kid) => grant.startsWith(`${kid} `)))).toEqual([])
  expect(left.filter((grant) => !grant.startsWith('new '))).toEqual(
    before.filter((grant) => !retired.some((kid) => grant.startsWith(`${kid} `))),
  )
  expect(receipts.map(({ pass }) => pass).sort()).toEqual(
    retired.length > 0 ? ['first', 'follow-up'] : ['first'],
  )
  expect([...followUps.outcomes.values()]).toEqual(retired.length > 0 ? ['done'] : [])
  return 'done'
}

const subject = fc.option(fc.constantFrom('alice', 'robert', 'carol'), { nil: undefined })
const scope = fc.subarray(['read', 'write'], { minLength: 1 })
const grantOf = (grant: { subject: string | undefined; scope: string[] }): PartnerGrant =>
  grant.subject === undefined
    ? { scope: grant.scope }
    : { subject: grant.subject, scope: grant.scope }

const story: fc.Arbitrary<Story> = fc.record(
  {
    standing: fc
      .uniqueArray(fc.record({ kid: fc.constantFrom('k1', 'k2', 'k3'), subject, scope }), {
        selector: ({ kid, subject }) => `${kid} ${subject}`,
        maxLength: 5,
      })
      .map((grants) => grants.map((grant) => ({ kid: grant.kid, ...grantOf(grant) }))),
    event: fc.record({ subject, scope }).map(grantOf),
    retire: fc.oneof(
      fc.constant({ others: true as const }),
      fc.record({ kids: fc.subarray(['k1', 'k2'], { minLength: 1 }) }),
    ),
    siblings: fc.constantFrom('refuse' as const, 'follow' as const, 'follow' as const),
  },
  { requiredKeys: ['standing', 'event', 'siblings'] },
)

const fate = fc.oneof(
  { weight: 10, arbitrary: fc.constant('go-on' as const) },
  { weight: 1, arbitrary: fc.constantFrom('die-before' as const, 'die-after' as const) },
  { weight: 1, arbitrary: fc.constantFrom('fail' as const, 'lose-answer' as const) },
)
const pick = fc.nat({ max: 9 })
const move: fc.Arbitrary<Move> = fc.oneof(
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('deliver' as const), pick }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'sweep' as const }) },
  { weight: 20, arbitrary: fc.record({ kind: fc.constant('step' as const), pick, fate }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('pass-time' as const),
      seconds: fc.constantFrom(30, 100, 90_000),
    }),
  },
)

test('no order of duplicates, deaths, failures and time stops a grant that the event does not name', async () => {
  const ends = { done: 0, refused: 0 }
  await fc.assert(
    fc.asyncProperty(
      story,
      fc.array(move, { maxLength: 120 }),
      fc.integer({ min: 1, max: 3 }),
      async (told, moves, copies) => {
        const at = await prepared(told, copies)
        for (const next of moves) await at.play(next)
        await at.settle()
        ends[await expectRolled(told, at)] += 1
      },
    ),
    { numRuns: 120 },
  )
  console.log(`key-rotated: ${ends.done} stories ended done, ${ends.refused} refused`)
  // One in five is refused: that none is comes once in 10 to the 10.
  expect(Math.min(ends.done, ends.refused)).toBeGreaterThan(0)
})

/** Two keys go, a sibling on each follows, and one grant is none of the event's business. */
const fullStory: Story = {
  standing: [
    { kid: 'k1', subject: 'alice', scope: ['read'] },
    { kid: 'k1', subject: 'robert', scope: ['read', 'write'] },
    { kid: 'k2', subject: 'carol', scope: ['write'] },
    { kid: 'k3', subject: 'robert', scope: ['read'] },
  ],
  event: { subject: 'alice', scope: ['read', 'write'] },
  retire: { kids: ['k1', 'k2'] },
  siblings: 'follow',
}

/** The moves of a rotation and its retirement where nothing goes wrong. */
async function playAll(at: Prepared, limit: number): Promise<number> {
  const plan: Move[] = [{ kind: 'deliver', pick: 0 }, { kind: 'sweep' }]
  const state = { steps: 0 }
  for (const begin of plan) {
    if (begin.kind === 'sweep') at.clock.advance(90_000_000)
    await at.play(begin)
    for (; at.gatesAhead().length > 0; state.steps += 1) {
      if (state.steps === limit) return state.steps
      await at.play({ kind: 'step', pick: 0, fate: 'go-on' })
    }
  }
  return state.steps
}

test('a death, a failure or a lost answer at any single call ends in the same state', async () => {
  const points = { explored: 0 }
  for (const how of fatesAlone) {
    for (let call = 0, alive = false; !alive; call += 1) {
      const at = await prepared(fullStory)
      alive = (await playAll(at, call)) < call
      if (!alive) await at.play({ kind: 'step', pick: 0, fate: how })
      await at.settle()

      expect([how, call, await expectRolled(fullStory, at)]).toEqual([how, call, 'done'])
      points.explored += alive ? 0 : 1
    }
  }
  console.log(`key-rotated: ${points.explored} points of failure explored`)
  expect(points.explored).toBeGreaterThan(100)
})

test('ten deliveries at once end in one effect', async () => {
  const at = await prepared(fullStory, 10)
  for (let begun = 0; begun < 10; begun += 1) await at.play({ kind: 'deliver', pick: 0 })
  for (let turn = 0; turn < 200; turn += 1)
    await at.play({ kind: 'step', pick: turn, fate: 'go-on' })
  await at.settle()

  expect(await expectRolled(fullStory, at)).toBe('done')
  const made = (op: string) => at.made.filter((call) => call.op === op)
  expect(made('trustOAuth2JwtGrantIssuer')).toHaveLength(3)
  expect(made('deleteTrustedOAuth2JwtGrantIssuer')).toHaveLength(2)
  expect(at.metrics.counts).toMatchObject({ KeysRotated: 1, KeysRetired: 1 })
})

type Rotating = Parameters<typeof rotation> extends [Partner, ...infer Rest] ? Rest : never

test('rotations of one issuer at the same time take nothing from each other, or from anybody', async () => {
  const subjects = ['alice', 'robert', 'carol']
  const data = { retire: { others: true, after: 'P1D' }, siblings: 'follow' }
  const events: readonly Rotating[] = [
    ['a2', { subject: 'alice', scope: ['read'] }, data, '2026-01-02T03:04:05Z'],
    ['b2', { subject: 'robert', scope: ['read'] }, data, '2026-01-02T03:04:06Z'],
    ['a3', { subject: 'alice', scope: ['read'] }, data, '2026-01-02T03:04:07Z'],
  ]
  await fc.assert(
    fc.asyncProperty(
      fc.shuffledSubarray([...events, ...events], { minLength: 6 }),
      fc.array(move, { maxLength: 200 }),
      async (sent, moves) => {
        server.time.now = () => started
        const issuer = server.newPartner()
        for (const subject of subjects) await issuer.trust('k1', { subject, scope: ['read'] })
        const lost: string[] = []
        /** The key that each spoke with last, which is tried first. */
        const spoke = new Map<string, string>()
        const speaks = async (subject: string) => {
          for (const kid of new Set([spoke.get(subject) ?? 'k1', 'k1', 'a2', 'b2', 'a3'])) {
            spoke.set(subject, kid)
            if (await issuer.works(kid, subject, 'read')) return true
          }
          return false
        }
        const look = async () => {
          for (const subject of subjects) if (!(await speaks(subject))) lost.push(subject)
        }
        const at = rotationWorld(
          around(server.ory, /^(trust|delete)/, (call, parameters) =>
            call(parameters).finally(look),
          ),
        )
        server.time.now = at.clock.now
        for (const event of sent)
          await at.queue.send({ body: rotation(issuer, ...event), attributes: {} })
        for (const next of moves) await at.play(next)
        await at.settle()
        await look()

        expect([lost, at.queue.deadLetters, at.rewritten]).toEqual([[], [], []])
        expect([...new Set(at.followUps.outcomes.values())]).toEqual(['done'])
        expect(await issuer.works('a3', 'alice', 'read')).toBe(true)
        const kids = (await issuer.grants()).map((grant) => grant.split(' ')[0])
        expect(kids).not.toContain('k1')
        expect(kids).not.toContain('a2')
      },
    ),
    { numRuns: 60 },
  )
})
