import { randomUUID } from 'node:crypto'
import type { RotationConfiguration, Secret, Store } from '../store.ts'
import { announcePending, pendingBefore } from './pending.ts'
import type { Rotations, Subject } from './rotations.ts'
import { nextRotation } from './rules.ts'

/** Rotates secrets when their rules say so. */
export interface AutomaticRotation {
  /** Looks again for what is due first; to be called whenever that may have changed. */
  arm(): void
  stop(): void
}

/**
 * Nothing is waited for until it is armed. `refuse` is told of a secret that is due while an earlier
 * version is still pending.
 */
export function createAutomaticRotation(
  store: Store,
  rotations: Pick<Rotations, 'start'>,
  refuse: (subject: Subject) => void,
): AutomaticRotation {
  const { clock } = store
  const alarm: { off?: () => void } = {}

  function arm(): void {
    alarm.off?.()
    const times = scheduled(store).map(({ nextAt }) => nextAt)
    if (times.length > 0) alarm.off = clock.at(Math.min(...times), ring)
  }

  function ring(): void {
    const due = scheduled(store).filter(({ nextAt }) => nextAt <= clock.now())
    for (const { secret, rotation } of due) {
      secret.rotation = { ...rotation, nextAt: nextRotation(rotation.rules, clock.now()) }
      rotate(secret, rotation)
    }
    arm()
  }

  function rotate(secret: Secret, rotation: RotationConfiguration): void {
    const pending = pendingBefore(secret)
    const version = pending ?? announcePending(store, secret, randomUUID())
    const proceed = pending === undefined ? rotations.start : refuse
    proceed({ secret, rotation, version })
  }

  return { arm, stop: () => alarm.off?.() }
}

interface Scheduled {
  readonly secret: Secret
  readonly rotation: RotationConfiguration
  readonly nextAt: number
}

function scheduled({ secrets }: Store): readonly Scheduled[] {
  return [...secrets.values()].flatMap((secret) => {
    const { rotation, deletion } = secret
    if (rotation?.nextAt === undefined || deletion !== undefined) return []
    return [{ secret, rotation, nextAt: rotation.nextAt }]
  })
}
