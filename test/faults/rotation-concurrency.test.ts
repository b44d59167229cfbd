import fc from 'fast-check'
import { expect, test } from 'vitest'
import { rotationServers } from './rotation-servers.ts'
import { alive, cases, worldsAt } from './rotation-stories.ts'
import { playOut, type RotationWorld, rotationOf, steps } from './rotation-world.ts'
import { type Actor, fatesAlone, startActor } from './stage.ts'

const { at, worldOf } = rotationServers()

test.each(cases)(
  'ten deliveries of the same step at a time end in one effect: %s',
  async (name, kind, profile) => {
    const server = at[profile]
    const world = await worldOf(kind, profile)
    const versionId = await world.secrets.rotate(world.arn)
    for (const step of steps) {
      const ten = Array.from({ length: 10 }, () => world.step(step, versionId))
      const settled = await Promise.allSettled(ten)
      const errors = settled.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []))
      expect(errors.length).toBeLessThan(10)
      for (const error of errors)
        expect(String(error.code)).toMatch(/^ERR_LE(ASE_HELD|DGER_CONFLICT)$/)
    }
    const asked = server.requests.filter(({ path }) => path.includes(world.secretId))
    const writes = asked.filter(({ method }) => method !== 'GET').map(({ operation }) => operation)
    expect(writes).toEqual([name === 'native' ? 'rotateOAuth2ClientSecret' : 'patchOAuth2Client'])
    expect(world.followUps.scheduled).toHaveLength(name === 'replace' ? 0 : 1)
    expect(await world.currentWorks()).toBe(true)
  },
)

test.each(cases)(
  'a delivery that waited for the lease sees what was done meanwhile: %s',
  async (_name, kind, profile) => {
    const world = await worldOf(kind, profile)
    const versionId = await world.secrets.rotate(world.arn)
    const late = await startActor('late', (gate) => world.step('createSecret', versionId, gate))
    while (late.at !== 'read the lease') await late.step('go-on')
    for (const step of steps) await world.step(step, versionId)
    const [row] = world.ledger.rows
    while (late.state === 'held') await late.step('go-on')

    expect(late.state).toBe('done')
    expect(world.ledger.rows).toEqual([row])
    expect(await world.currentWorks()).toBe(true)
  },
)

test('takes the lease for the client that the secret names, and works on no other', async () => {
  const world = await worldOf('native')
  const other = await worldsAt(at.head)('native')
  const versionId = await world.secrets.rotate(world.arn)
  const refused: unknown[] = []
  const late = await startActor('late', (gate) =>
    world.step('createSecret', versionId, gate).catch((error: unknown) => void refused.push(error)),
  )
  while (late.at !== 'read the lease') await late.step('go-on')
  const value = JSON.stringify(await other.credentialAt('AWSCURRENT'))
  await world.secrets.put(world.arn, 'by-hand', value, 'AWSCURRENT')
  while (late.state === 'held') await late.step('go-on')

  expect(refused).toMatchObject([{ reason: 'secret-of-another-client' }])
  expect(world.ledger.rows).toEqual([])
})

test('any order of ten deliveries, deaths and lost answers ends as one rotation does', async () => {
  const move = fc.record({
    pick: fc.nat({ max: 9 }),
    fate: fc.oneof(
      { weight: 8, arbitrary: fc.constant('go-on' as const) },
      { weight: 1, arbitrary: fc.constantFrom('die-before' as const, ...fatesAlone) },
    ),
  })
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...cases),
      fc.array(move, { maxLength: 150 }),
      fc.array(fc.constantFrom(...steps), { minLength: 10, maxLength: 10 }),
      async ([name, kind, profile], moves, ten) => {
        const world = await worldOf(kind, profile)
        const versionId = await world.secrets.rotate(world.arn)
        await inAnyOrder(world, versionId, ten, moves)
        world.clock.advance(2 * 60_000)
        await playOut(world, rotationOf(world, versionId))

        expect([name, await alive(world)]).toEqual([name, ['AWSCURRENT']])
        expect(await world.currentWorks()).toBe(true)
        expect(world.ledger.rows.map(({ phase }) => phase)).toEqual(['closed'])
        expect(world.leaked()).toEqual([])
      },
    ),
    { numRuns: 60 },
  )
})

type Moves = readonly { readonly pick: number; readonly fate: Parameters<Actor['step']>[0] }[]

async function inAnyOrder(
  world: RotationWorld,
  versionId: string,
  names: readonly string[],
  moves: Moves,
): Promise<void> {
  const actors = await Promise.all(
    names.map((name) =>
      startActor(name, (gate) => world.step(name, versionId, gate).catch(() => undefined)),
    ),
  )
  for (const { pick, fate } of moves) {
    const held = actors.filter(({ state }) => state === 'held')
    await held[pick % held.length]?.step(fate)
  }
  // Whoever is still held never moves again: dead, as far as anybody can tell.
}
