import { RefusedError } from '@lapse/core/errors'
import { parseKeyRotated } from '@lapse/core/events'
import type { Ory } from '@lapse/core/ory'
import type { FollowUp, FollowUps } from '@lapse/core/ports'
import type { Allowance } from '@lapse/core/run'
import { memoryFollowUps, unprotected } from '@lapse/core/testing'
import { type KeyRotatedServices, keyRotated, retireKeys } from '@lapse/core/workflows'
import { world } from './world.ts'

export const settings = {
  ...unprotected,
  protectedIssuers: ['https://protected.example'],
  accessTokenLifespanMs: 3_600_000,
}

/** A world in which keys are rotated, and retired by a sweep that ends what is done or refused. */
export function rotationWorld(ory: Ory) {
  const followUps = memoryFollowUps()
  const at = world({
    ory,
    parse: parseKeyRotated,
    workflow: () => keyRotated(settings),
    followUps,
    sweep: (services, allowance) => retireDue(services, allowance),
  })

  /** Everything that is left is delivered, becomes due and is retired, without another fault. */
  async function settle(): Promise<void> {
    for (let rounds = 0; rounds < 1000; rounds += 1) {
      await at.settle()
      const next = await firstOpen(followUps)
      if (next === undefined) return
      at.clock.advance(Math.max(0, next.dueAt - at.clock.now()) + 61_000)
      await at.play({ kind: 'sweep' })
    }
    throw new Error('this never comes to an end')
  }

  return { ...at, followUps, settle }
}

async function firstOpen(followUps: FollowUps): Promise<FollowUp | undefined> {
  for await (const followUp of followUps.open('retire-keys')) return followUp
  return undefined
}

async function retireDue(services: KeyRotatedServices, allowance: Allowance): Promise<void> {
  for await (const followUp of services.followUps.due(services.clock.now())) {
    const outcome = await retireKeys(followUp, services, settings, allowance).then(
      () => 'done',
      (error: unknown) => {
        if (error instanceof RefusedError) return `refused: ${error.reason}`
        throw error
      },
    )
    await services.followUps.end(followUp, outcome)
  }
}
