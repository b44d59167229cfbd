import { createOry } from '@lapse/core/ory'
import { manualClock } from '@lapse/core/testing'
import { type OryEmulator, startOryEmulator } from '@lapse/ory-emulator'
import type { OryServer } from './rotation-world.ts'

/** An emulator on a clock that stands still, and the real client of it. */
export async function startServer(
  profile: 'head' | 'v26.2' | 'network' = 'head',
): Promise<
  OryServer & AsyncDisposable & Pick<OryEmulator, 'adminUrl' | 'requests' | 'clearRequests'>
> {
  const clock = manualClock('2026-01-02T03:04:05Z')
  const apiKey = profile === 'network' ? 'ory_pat_test' : undefined
  const emulator = await startOryEmulator({
    profile,
    now: clock.now,
    ...(apiKey && { network: { apiKey, limits: {} } }),
  })
  const { adminUrl, publicUrl } = emulator
  const ory = createOry({
    adminUrl,
    publicUrl,
    retry: { maxAttempts: 1 },
    ...(apiKey && { apiKey }),
  })
  return {
    ory,
    adminUrl,
    publicUrl,
    clock,
    requests: emulator.requests,
    clearRequests: () => emulator.clearRequests(),
    async [Symbol.asyncDispose]() {
      await ory[Symbol.asyncDispose]()
      await emulator.stop()
    },
  }
}
