import { afterAll, beforeAll, expect, test } from 'vitest'
import { createRotated, foreignKid, type Kind } from './rotation-clients.ts'
import { startServer } from './rotation-server.ts'
import { type Fault, playOut, rotationOf, rotationWorld } from './rotation-world.ts'

type Server = Awaited<ReturnType<typeof startServer>>

let head: Server
let old: Server

beforeAll(async () => {
  head = await startServer('head')
  old = await startServer('v26.2')
})

afterAll(async () => {
  await head[Symbol.asyncDispose]()
  await old[Symbol.asyncDispose]()
})

/** The strategies, how they come about, and whether AWSCURRENT is to work all the time. */
const cases: readonly (readonly [string, Kind, 'head' | 'v26.2', boolean])[] = [
  ['key-pair', 'key-pair', 'head', true],
  ['native', 'native', 'head', true],
  ['replace', 'native', 'v26.2', false],
]

async function prepared(kind: Kind, profile: 'head' | 'v26.2') {
  const server = profile === 'head' ? head : old
  const rotated = await createRotated(kind, server.ory)
  const world = rotationWorld(server, rotated, { entry: { allowHardCut: true } })
  const versionId = await world.secrets.rotate(world.arn)
  return { ...world, world, versionId, client_id: rotated.client_id }
}

type Prepared = Awaited<ReturnType<typeof prepared>>

/** What is to be the same however a rotation came to its end. */
async function endState({ world, versionId, client_id, ory }: Prepared) {
  const stages = Object.entries(await world.stages())
  const keys = (await ory.getOAuth2Client({ id: client_id })).jwks?.keys ?? []
  const current = await world.credentialAt('AWSCURRENT')
  const alive = await Promise.all(world.known.map((credential) => world.works(credential)))
  const same = (one: object | undefined) => JSON.stringify(one) === JSON.stringify(current)
  return {
    current: stages.filter(([id]) => id === versionId).flatMap(([, labels]) => labels.toSorted()),
    others: stages.filter(([id]) => id !== versionId).flatMap(([, labels]) => labels),
    alive: world.known.filter((credential, n) => alive[n] && !same(credential)).length,
    currentWorks: await world.currentWorks(),
    phases: world.ledger.rows.map(({ phase }) => phase),
    followUps: world.followUps.scheduled.map(({ id }) => world.followUps.outcomes.get(id)),
    keys: keys.map(({ kid }) => (kid === foreignKid ? kid : kid === current?.private_jwk?.kid)),
    leaked: world.leaked(),
  }
}

async function explored(kind: Kind, profile: 'head' | 'v26.2', always: boolean, fault?: Fault) {
  const at = await prepared(kind, profile)
  const outages: string[] = []
  const look = async (call: string) => {
    if (always && !(await at.world.currentWorks())) outages.push(call)
  }
  const calls = await playOut(at.world, rotationOf(at.world, at.versionId), {
    look,
    ...(fault === undefined ? {} : { fault }),
  })
  return { calls, state: { ...(await endState(at)), outages } }
}

test.each(cases)(
  '%s: a death, a failure or a lost answer at any single call ends in the same state',
  async (name, kind, profile, always) => {
    const { calls, state } = await explored(kind, profile, always)
    expect(state).toEqual({
      current: ['AWSCURRENT', 'AWSPENDING'],
      others: ['AWSPREVIOUS'],
      alive: 0,
      currentWorks: true,
      phases: ['closed'],
      followUps: name === 'replace' ? [] : ['retired'],
      keys: name === 'key-pair' ? [foreignKid, true] : [],
      leaked: [],
      outages: [],
    })

    const points = { explored: 0 }
    for (const fate of ['die-before', 'die-after', 'fail', 'lose-answer'] as const) {
      for (let call = 0; call < calls; call += 1) {
        const outcome = await explored(kind, profile, always, { call, fate })
        expect([fate, call, outcome.state]).toEqual([fate, call, state])
        points.explored += 1
      }
    }
    console.log(`${name}: ${points.explored} points of failure explored`)
    expect(points.explored).toBeGreaterThan(150)
  },
  240_000,
)
