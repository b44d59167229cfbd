import { createOry, type Ory } from '@lapse/core/ory'
import { type OryEmulator, startOryEmulator } from '@lapse/ory-emulator'
import { afterAll, beforeAll } from 'vitest'

/** An Ory for all tests of a file, and the real client of it. */
export interface SharedOry {
  readonly emulator: OryEmulator
  readonly ory: Ory
}

/** Starts one before the tests, and stops it after them. */
export function sharedOry(prepare: (ory: Ory) => Promise<void> = async () => undefined): SharedOry {
  const shared = {} as { emulator: OryEmulator; ory: Ory }
  beforeAll(async () => {
    shared.emulator = await startOryEmulator()
    const { adminUrl, publicUrl } = shared.emulator
    shared.ory = createOry({ adminUrl, publicUrl })
    await prepare(shared.ory)
  })
  afterAll(async () => {
    await shared.ory[Symbol.asyncDispose]()
    await shared.emulator.stop()
  })
  return shared
}
