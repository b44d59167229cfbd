import { createOry, type Ory, type OryOptions } from '@lapse/core/ory'
import { type OryEmulator, type StartOptions, startOryEmulator } from '@lapse/ory-emulator'
import { inject, onTestFinished } from 'vitest'

/** An emulator for one test alone, of the project's profile, and a client of it. */
export interface OwnEmulator {
  readonly emulator: OryEmulator
  readonly ory: Ory
  /** How often an operation reached the emulator so far. */
  readonly askedFor: (operation: string) => number
}

/** Retries as ever, but at once. */
const impatient = { floorMs: 0, baseMs: 1, capMs: 1 }

/** Starts an emulator until the end of the test. */
export const startOwnEmulator = async (
  start: StartOptions = {},
  options: (emulator: OryEmulator) => Partial<OryOptions> = () => ({}),
): Promise<OwnEmulator> => {
  const emulator = await startOryEmulator({ profile: inject('oryProfile'), ...start })
  const { adminUrl, publicUrl } = emulator
  const ory = createOry({ adminUrl, publicUrl, retry: impatient, ...options(emulator) })
  onTestFinished(async () => {
    await ory[Symbol.asyncDispose]()
    await emulator.stop()
  })

  return {
    emulator,
    ory,
    askedFor: (wanted) => emulator.requests.filter(({ operation }) => operation === wanted).length,
  }
}
