import { expect, test } from 'vitest'
import { startServer } from './rotation-server.ts'
import { endOverlap, type Profile, reasonOf, rotate, worldsAt } from './rotation-stories.ts'
import { overlapMs } from './rotation-world.ts'

/** Posts to the rotate endpoint about a client that is none. */
function probesAt(server: Awaited<ReturnType<typeof startServer>>, clientId: string): number {
  return server.requests.filter(({ path }) => path.endsWith('/rotate') && !path.includes(clientId))
    .length
}

test.each<[Profile, string]>([
  ['head', 'native'],
  ['v26.2', 'replace'],
])('asks %s once an hour whether it rotates', async (profile, strategy) => {
  await using server = await startServer(profile)
  const world = await worldsAt(server)('native')
  await rotate(world)
  expect(world.ledger.rows[0]?.strategy).toBe(strategy)
  expect(probesAt(server, world.secretId)).toBe(1)

  world.clock.advance(overlapMs - 1)
  const versionId = await world.secrets.rotate(world.arn)
  await reasonOf(world.step('createSecret', versionId))
  expect(probesAt(server, world.secretId)).toBe(1)
  await world.secrets.moveStage(world.arn, 'AWSPENDING', { from: versionId })

  await endOverlap(world)
  await rotate(world)
  expect(probesAt(server, world.secretId)).toBe(2)
  expect(world.ledger.rows[0]?.strategy).toBe(strategy)
})

test('takes what somebody else has learned at the same time', async () => {
  await using server = await startServer('head')
  const world = await worldsAt(server)('native')
  const versionId = await world.secrets.rotate(world.arn)
  await world.step('createSecret', versionId, async (label, call) => {
    if (label === 'write the endpoint') await call()
    return call()
  })

  expect(world.endpoints.rows).toMatchObject([{ rotates: true }])
  expect(world.ledger.rows[0]?.strategy).toBe('native')
})
