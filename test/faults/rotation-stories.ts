import type { RotationError } from '@lapse/core/errors'
import type { OAuth2ClientBody } from '@lapse/core/ory'
import { createRotated, type Kind } from './rotation-clients.ts'
import type { startServer } from './rotation-server.ts'
import { overlapMs, type RotationWorld, rotationWorld, steps } from './rotation-world.ts'

export type Server = Awaited<ReturnType<typeof startServer>>
export type Profile = 'head' | 'v26.2' | 'network'

/** The strategies, and what client and server make lapse choose them. */
export const cases: readonly (readonly [string, Kind, Profile])[] = [
  ['key-pair', 'key-pair', 'head'],
  ['native', 'native', 'head'],
  ['replace', 'native', 'v26.2'],
]

/** Those with an overlap, in which AWSCURRENT has to work all the time. */
export const overlapping = cases.slice(0, 2)

/** Worlds around one server. */
export function worldsAt(server: Server) {
  return async (kind: Kind) =>
    rotationWorld(server, await createRotated(kind, server.ory), { entry: { allowHardCut: true } })
}

/** Starts a rotation and does its first steps, all four where nothing is said. */
export async function rotate(world: RotationWorld, until: number = steps.length): Promise<string> {
  const versionId = await world.secrets.rotate(world.arn)
  for (const name of steps.slice(0, until)) await world.step(name, versionId)
  return versionId
}

export async function endOverlap(world: RotationWorld): Promise<void> {
  world.clock.advance(overlapMs)
  await world.sweep()
}

/** Why work was refused, or `done`. */
export function reasonOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => 'done',
    (error: unknown) => (error as RotationError).reason ?? error,
  )
}

/** Which of all the credentials there ever were still work, told by where they are. */
export async function alive(world: RotationWorld): Promise<readonly string[]> {
  const current = JSON.stringify(await world.credentialAt('AWSCURRENT'))
  const previous = JSON.stringify(await world.credentialAt('AWSPREVIOUS'))
  const names = await Promise.all(
    world.known.map(async (credential) => {
      if (!(await world.works(credential))) return []
      if (JSON.stringify(credential) === current) return ['AWSCURRENT']
      return JSON.stringify(credential) === previous ? ['AWSPREVIOUS'] : ['neither']
    }),
  )
  return [...new Set(names.flat())].sort()
}

/** What every receipt proves, in the order they were written. */
export function receiptsIn({ receipts }: RotationWorld) {
  return receipts.rows.map(({ pass, canary, before, after, steps }) => ({
    pass,
    canary: canary && [canary.credential, canary.wrong_credential],
    accepted: [before['credentials_accepted'], after['credentials_accepted']],
    ended: steps.flatMap(({ ends }) => ends.map(({ status }) => status)),
  }))
}

/** What the receipts of each pass prove where all went well, in the end. */
export const proofs = {
  rotate: { pass: 'rotate', canary: [200, 401], accepted: [1, 2], ended: [] },
  cut: { pass: 'rotate', canary: [200, 401], accepted: [1, 1], ended: ['observed'] },
  rollback: { pass: 'rollback', canary: [200, 401], accepted: [undefined, undefined], ended: [] },
  retire: { pass: 'retire', canary: null, accepted: [2, 1], ended: ['observed'] },
  repair: { pass: 'repair', canary: [200, 401], accepted: [0, 1], ended: [] },
  repairByCut: { pass: 'repair', canary: [200, 401], accepted: [0, 1], ended: ['acknowledged'] },
  retireAfterRepair: { pass: 'retire', canary: null, accepted: [1, 1], ended: ['acknowledged'] },
} as const

export type Options = NonNullable<Parameters<typeof rotationWorld>[2]>

/** A world in which Secrets Manager has just begun a rotation. */
export async function begun(
  server: Server,
  kind: Kind,
  options: Options = {},
  registration: OAuth2ClientBody = {},
) {
  const rotated = await createRotated(kind, server.ory, registration)
  const world = rotationWorld(server, rotated, options)
  return { world, versionId: await world.secrets.rotate(world.arn) }
}

/** Takes all four steps, each so many times. */
export async function takeSteps(world: RotationWorld, versionId: string, times = 1): Promise<void> {
  for (const name of steps)
    for (let time = 0; time < times; time += 1) await world.step(name, versionId)
}

/** Gives the client a secret, as somebody else would. */
export async function setSecret({ ory, secretId }: RotationWorld, value: string): Promise<void> {
  const body = [{ op: 'replace', path: '/client_secret', value }] as const
  await ory.patchOAuth2Client({ id: secretId, body })
}

/** How every strategy with an overlap comes about. */
export const kinds = [
  ['key-pair', 'key-pair'],
  ['native', 'native'],
  ['native', 'native-post'],
] as const
