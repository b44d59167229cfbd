import { createOry, type Ory } from '@lapse/core/ory'
import { startOryEmulator } from '@lapse/ory-emulator'
import { createRobot, partner } from './key-rotated-partner.ts'

/** When every world begins. */
export const started = Date.parse('2026-01-02T03:04:05Z')

/** Ory on the time of one world after the other, and a client that exchanges assertions there. */
export async function startServer() {
  const time = { now: () => started }
  const emulator = await startOryEmulator({ now: () => time.now() })
  const ory: Ory = createOry({
    adminUrl: emulator.adminUrl,
    publicUrl: emulator.publicUrl,
    retry: { maxAttempts: 1 },
  })
  await createRobot(ory)
  return {
    emulator,
    ory,
    time,
    newPartner: () => partner(ory, `${emulator.publicUrl}/oauth2/token`, () => time.now()),
    async stop() {
      await ory[Symbol.asyncDispose]()
      await emulator.stop()
    },
  }
}

type Call = (parameters: unknown) => Promise<unknown>

/** Ory, with something done around one kind of call. */
export function around(
  ory: Ory,
  operations: RegExp,
  wrap: (call: Call, parameters: unknown) => Promise<unknown>,
): Ory {
  return new Proxy(ory, {
    get(target, op) {
      const call = Reflect.get(target, op) as Call
      return operations.test(String(op)) ? (parameters: unknown) => wrap(call, parameters) : call
    },
  })
}
