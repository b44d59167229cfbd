import { createOry } from '@lapse/core/ory'
import { startOryEmulator } from '@lapse/ory-emulator'
import type { TestProject } from 'vitest/node'
import { probeFeatures } from './features.ts'

/** Starts one emulator for all files of the project, as they would share one live server. */
export default async (project: TestProject) => {
  const { oryProfile } = project.getProvidedContext()
  // A receiver that does not answer is asked again at once.
  const emulator = await startOryEmulator({ profile: oryProfile, wait: async () => undefined })
  const { adminUrl, publicUrl } = emulator
  await using ory = createOry({ adminUrl, publicUrl })
  project.provide('oryServer', { adminUrl, publicUrl, features: await probeFeatures(ory) })

  return () => emulator.stop()
}
