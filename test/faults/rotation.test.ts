import { expect, test } from 'vitest'
import { foreignKid, type Kind } from './rotation-clients.ts'
import { rotationServers } from './rotation-servers.ts'
import { cases, type Profile, proofs, receiptsIn } from './rotation-stories.ts'
import { type Fault, knowsOfChosenSecrets, playOut, rotationOf } from './rotation-world.ts'
import { fatesAlone } from './stage.ts'

const { worldOf } = rotationServers()

/** Ory Network's rotate endpoint takes the secret it is sent, which the ledger knows by then. */
const chosen = ['chosen', 'native', 'network'] as const

async function prepared(kind: Kind, profile: Profile) {
  const world = await worldOf(kind, profile)
  if (profile === 'network') await knowsOfChosenSecrets(world, 'taken')
  return { world, versionId: await world.secrets.rotate(world.arn) }
}

type Prepared = Awaited<ReturnType<typeof prepared>>

/** What is to be the same however a rotation came to its end. */
async function endState({ world, versionId }: Prepared) {
  const stages = Object.entries(await world.stages())
  const keys = (await world.ory.getOAuth2Client({ id: world.secretId })).jwks?.keys ?? []
  const current = await world.credentialAt('AWSCURRENT')
  const alive = await Promise.all(world.known.map((credential) => world.works(credential)))
  const same = (one: object | undefined) => JSON.stringify(one) === JSON.stringify(current)
  return {
    current: stages.filter(([id]) => id === versionId).flatMap(([, labels]) => labels.toSorted()),
    others: stages.filter(([id]) => id !== versionId).flatMap(([, labels]) => labels),
    alive: world.known.filter((credential, n) => alive[n] && !same(credential)).length,
    currentWorks: await world.currentWorks(),
    phases: world.ledger.rows.map(({ phase }) => phase),
    receipts: receiptsIn(world),
    followUps: world.followUps.scheduled.map(({ id }) => world.followUps.outcomes.get(id)),
    keys: keys.map(({ kid }) => (kid === foreignKid ? kid : kid === current?.private_jwk?.kid)),
    leaked: world.leaked(),
  }
}

async function explored(kind: Kind, profile: Profile, always: boolean, fault?: Fault) {
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

test.each([...cases, chosen])(
  '%s: a death, a failure or a lost answer at any single call ends in the same state',
  async (name, kind, profile) => {
    // Where the one secret is replaced, consumers fail until the label has moved.
    const always = name !== 'replace'
    const { calls, state } = await explored(kind, profile, always)
    expect(state).toEqual({
      current: ['AWSCURRENT', 'AWSPENDING'],
      others: ['AWSPREVIOUS'],
      alive: 0,
      currentWorks: true,
      phases: ['closed'],
      receipts: name === 'replace' ? [proofs.cut] : [proofs.rotate, proofs.retire],
      followUps: name === 'replace' ? [] : ['retired'],
      keys: name === 'key-pair' ? [foreignKid, true] : [],
      leaked: [],
      outages: [],
    })

    const points = { explored: 0 }
    for (const fate of fatesAlone) {
      for (let call = 0; call < calls; call += 1) {
        const outcome = await explored(kind, profile, always, { call, fate })
        expect([fate, call, outcome.state]).toEqual([fate, call, state])
        points.explored += 1
      }
    }
    console.log(`${name}: ${points.explored} points of failure explored`)
    expect(points.explored).toBeGreaterThan(110)
  },
)
