/** Ory's emulator in a process of its own; plants users when it is told to. */
import { startOryEmulator } from '@lapse/ory-emulator'
import type { Planted } from './parts.ts'

const clients = Array.from({ length: 20 }, (_, n) => ({
  client_id: `app-${n}`,
  scope: 'openid offline',
  redirect_uris: [`https://app-${n}.example/callback`],
}))
const emulator = await startOryEmulator({ seed: { clients } })

process.on('message', async ({ subjects, sessions }: Planted) => {
  emulator.clearRequests()
  const users = subjects.flatMap((subject) =>
    Array.from({ length: sessions }, (_, n) => ({
      subject,
      consents: [{ client_id: `app-${n % clients.length}` }],
    })),
  )
  await emulator.seed({ users })
  process.send?.('planted')
})
process.on('disconnect', () => process.exit())
process.send?.({ adminUrl: emulator.adminUrl, publicUrl: emulator.publicUrl })
