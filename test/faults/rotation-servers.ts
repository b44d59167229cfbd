import { afterAll, beforeAll } from 'vitest'
import type { Kind } from './rotation-clients.ts'
import { startServer } from './rotation-server.ts'
import { begun, type Options, type Profile, type Server, worldsAt } from './rotation-stories.ts'

/** A server of each profile for all tests of a file, and worlds and rotations on them. */
export function rotationServers() {
  const at = {} as Record<Profile, Server>
  beforeAll(async () => {
    at.head = await startServer('head')
    at['v26.2'] = await startServer('v26.2')
    at.network = await startServer('network')
  })
  afterAll(async () => {
    for (const server of Object.values(at)) await server[Symbol.asyncDispose]()
  })
  return {
    /** By profile, once the tests have begun. */
    at: at as Readonly<typeof at>,
    worldOf: (kind: Kind, profile: Profile = 'head') => worldsAt(at[profile])(kind),
    /** A world in which Secrets Manager has just begun a rotation. */
    started: (kind: Kind, options: Options = {}, profile: Profile = 'head') =>
      begun(at[profile], kind, options),
  }
}
