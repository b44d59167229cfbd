export * from './browser/index.ts'
export { InputError } from './checks.ts'
export type { Clock } from './clock.ts'
export type { ArmedFault, Fault, FaultKind, Faults, FaultyRequest } from './faults.ts'
export { type GuardOptions, guardServer } from './guard.ts'
export type { Bucket, Port } from './http.ts'
export { PortInUseError } from './listener.ts'
export { emulatedKey, type NetworkOptions, type RateLimit } from './network.ts'
export type { Profile } from './ory.ts'
export type { LoggedRequest } from './request-log.ts'
export type { Seeded, SeededClient, SeededIssuer } from './seed/plant.ts'
export type { SeededConsent, SeededUser, SessionCookie } from './seed/plant-user.ts'
export {
  parseSeed,
  type Seed,
  type SeedClient,
  type SeedConsent,
  type SeedIssuer,
  type SeedUser,
} from './seed/seed.ts'
export { readSeedFile } from './seed/seed-file.ts'
export type { SettingsOptions } from './settings.ts'
export { type OryEmulator, type StartOptions, startOryEmulator } from './start.ts'
