import { randomUUID } from 'node:crypto'
import type { Protection } from '@lapse/core/protection'
import {
  overwrittenCredentials,
  planRepair,
  type RotationServices,
  repair,
  retire,
  rollback,
  rotateStep,
  startRotation,
} from '@lapse/core/rotation'
import { createRotated, type Kind } from '../faults/rotation-clients.ts'
import {
  type OryServer,
  overlapMs,
  type RotationWorld,
  rotationWorld,
  steps,
} from '../faults/rotation-world.ts'
import { recording } from './recording.ts'
import type { Path } from './workflow-paths.ts'

/** How a client gets its new credential, and the server that has it so. */
interface Strategy {
  readonly kind: Kind
  readonly allowHardCut?: true
}

const strategies: Readonly<Record<'native' | 'key-pair' | 'replace', Strategy>> = {
  native: { kind: 'native' },
  'key-pair': { kind: 'key-pair' },
  replace: { kind: 'native', allowHardCut: true },
}

/** Servers by what they can do. */
export interface Servers {
  readonly head: OryServer
  readonly 'v26.2': OryServer
}

type Go = (services: RotationServices, world: RotationWorld, versionId: string) => Promise<unknown>

/** A rotation that was taken so many steps without a guard, and what is done then under one. */
function path(strategy: keyof typeof strategies, taken: number, then: Go) {
  return async (servers: Servers): Promise<Path> => {
    const server = servers[strategy === 'replace' ? 'v26.2' : 'head']
    const owner = `owner-${randomUUID()}`
    const { kind, allowHardCut } = strategies[strategy]
    const rotated = await createRotated(kind, server.ory, { owner })
    const world = rotationWorld(server, rotated, allowHardCut ? { entry: { allowHardCut } } : {})
    const versionId = taken < 0 ? '' : await world.secrets.rotate(world.arn)
    for (const step of steps.slice(0, Math.max(0, taken))) await world.step(step, versionId)
    const writes: string[] = []
    return {
      names: { clientId: rotated.client_id, owner, issuer: '' },
      async go(protection: Protection) {
        const services = {
          ...world.services,
          ory: recording('ory', world.services.ory, writes),
          secrets: recording('secrets', world.services.secrets, writes),
          settings: { ...world.services.settings, ...protection },
        }
        await then(services, world, versionId).catch(() => undefined)
        return writes
      },
    }
  }
}

const step =
  (Step: (typeof steps)[number]): Go =>
  (services, { arn, allowance }, ClientRequestToken) =>
    rotateStep({ Step, SecretId: arn, ClientRequestToken }, allowance(), services)

const retired: Go = async (services, world) => {
  world.clock.advance(overlapMs)
  for await (const followUp of world.followUps.due(world.clock.now()))
    await retire(followUp, world.allowance(), services)
}

/** Somebody else gives the client another secret, and the repair is planned before the guard is there. */
const repaired: Go = async (services, world) => {
  const { ory, secretId } = world
  await ory.patchOAuth2Client({
    id: secretId,
    body: [{ op: 'replace', path: '/client_secret', value: 'somebody-elses-secret' }],
  })
  const plan = await planRepair(secretId, {}, world.services)
  await repair(plan, {}, world.allowance(), services)
}

/** Somebody else puts another value at AWSCURRENT while the version before may come back. */
const broughtBack: Go = async (services, world) => {
  const { secrets, arn, secretId } = world
  const value = JSON.stringify({ client_id: secretId, client_secret: 'a-typo' })
  await secrets.put(arn, 'by-hand', value, 'AWSCURRENT')
  const plan = await planRepair(secretId, {}, world.services)
  await repair(plan, {}, world.allowance(), services)
}

const perStrategy = (name: keyof typeof strategies) =>
  Object.fromEntries(
    steps.map((taken, index) => [`rotation: ${taken}, ${name}`, path(name, index, step(taken))]),
  )

/** Ways of a rotation, by what they are called in the test. */
export const rotationPaths: Readonly<Record<string, (servers: Servers) => Promise<Path>>> = {
  ...perStrategy('native'),
  ...perStrategy('key-pair'),
  ...perStrategy('replace'),
  'rotation: begun by hand': path('native', -1, (services, { secretId, allowance }) =>
    startRotation(secretId, allowance(), services),
  ),
  'rotation: begun by hand after one that failed': path(
    'native',
    1,
    (services, { secretId, allowance }) => startRotation(secretId, allowance(), services),
  ),
  'rotation: rolled back': path('native', 4, (services, { secretId, allowance }) =>
    rollback(secretId, allowance(), services),
  ),
  'rotation: repaired, back': path('native', 4, broughtBack),
  'rotation: repaired, native': path('native', -1, repaired),
  'rotation: repaired, replace': path('replace', -1, repaired),
  'rotation: retired, native': path('native', 4, retired),
  'rotation: retired, key-pair': path('key-pair', 4, retired),
  'sweep: credentials tried': path('native', -1, (services, { allowance }) =>
    overwrittenCredentials(allowance(), services),
  ),
}
