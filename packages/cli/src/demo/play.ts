import { playAppStory } from './app-story.ts'
import type { Outcome } from './checks.ts'
import { beginRollover } from './key-story.ts'
import type { LogoutListener } from './logout-listener.ts'
import type { Scene } from './scene.ts'
import { beginRotations } from './secret-story.ts'
import { fireSweep } from './sweep.ts'
import { playUserStory } from './user-story.ts'

/** Plays the whole story: users and apps go, keys and secrets are rotated, and what is old retires. */
export async function play(scene: Scene, listener: LogoutListener): Promise<Outcome> {
  const user = await playUserStory(scene, listener)
  const app = await playAppStory(scene)
  const { key, secrets } = await playRotations(scene)
  return {
    ...user,
    sent: scene.sent,
    receipts: [...user.receipts, ...app.receipts, ...key.receipts],
    rotations: secrets.receipts,
    tokens: [...user.tokens, ...app.tokens],
    app: { granted: app.granted, sameAfterRestore: app.sameAfterRestore },
    keys: key.keys,
    credentials: secrets.credentials,
    backgroundClient: secrets.backgroundClient,
  }
}

/** Both overlap at the same time, and one sweep ends both. */
async function playRotations(scene: Scene) {
  const rollover = await beginRollover(scene)
  await using rotations = await beginRotations(scene)
  const due = Math.max(rollover.retireAt, rotations.retireAt)
  await scene.waitUntil(due, 'the overlaps to end')
  await fireSweep(scene.stage.local)
  return { key: await rollover.finish(), secrets: await rotations.finish() }
}
