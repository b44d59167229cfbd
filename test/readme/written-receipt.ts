import { deliver } from '@lapse/core/delivery'
import { parseUserDeleted } from '@lapse/core/events'
import { createOry } from '@lapse/core/ory'
import type { Receipt } from '@lapse/core/run'
import { memoryWorker, stillWorkflow } from '@lapse/core/testing'
import { userDeleted } from '@lapse/core/workflows'
import { startOryEmulator } from '@lapse/ory-emulator'
import { createClients, signIn } from '../faults/users.ts'

/** Of the user that docs/events.md deletes. */
const body = JSON.stringify({
  specversion: '1.0',
  id: '1',
  source: 'https://accounts.example',
  type: 'user.deleted',
  time: '2026-01-02T03:04:05Z',
  data: { subject: 'alice' },
})

const settings = { followUpAfterMs: 31 * 60_000, accessTokenLifespanMs: 60 * 60_000 }

/** The receipt that the worker writes of a user who was signed in to two apps. */
export async function writtenReceipt(): Promise<Receipt | undefined> {
  const { worker, clock, ledger } = memoryWorker(stillWorkflow())
  await using emulator = await startOryEmulator({ now: clock.now })
  await using ory = createOry({ adminUrl: emulator.adminUrl })
  await createClients(ory)
  await signIn(emulator, 'alice')
  clock.advance(1200)

  const message = { messageId: 'm-1', body, attributes: {} }
  const allowance = { deadline: clock.now() + 60_000 }
  const services = { ...(await worker.services()), ory }
  const workflow = userDeleted(settings)
  await deliver(message, allowance, {
    ...worker,
    parse: parseUserDeleted,
    workflow: () => workflow,
    services: async () => services,
  })
  return ledger.rows[0]?.receipt
}
