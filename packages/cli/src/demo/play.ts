import { playAppStory } from './app-story.ts'
import type { Outcome } from './checks.ts'
import { beginRollover } from './key-story.ts'
import { playLogStory } from './log-story.ts'
import type { LogoutListener } from './logout-listener.ts'
import { playResetStory } from './reset-story.ts'
import type { Scene } from './scene.ts'
import { beginRotations } from './secret-story.ts'
import { beginSeveral } from './several-story.ts'
import { registerApps } from './sign-in.ts'
import { beginSignOut, signFrankInFirst } from './sign-out-story.ts'
import { beginSuspension } from './suspension-story.ts'
import { fireSweep } from './sweep.ts'
import { playUserStory } from './user-story.ts'

/** Plays the whole story: users and apps go, keys and secrets are rotated, and what is old retires. */
export async function play(scene: Scene, listener: LogoutListener): Promise<Outcome> {
  const { apps, frank, user, suspension, several } = await playUsers(scene, listener)
  const signOutBegun = await beginSignOut(scene, apps, frank)
  const app = await playAppStory(scene)
  const reset = await playResetStory(scene)
  const signOut = await signOutBegun.finish()
  const { key, secrets } = await playRotations(scene)
  const stories = [user, suspension, several, app, reset, signOut, key]
  return {
    ...user,
    sent: scene.sent,
    receipts: stories.flatMap(({ receipts }) => receipts),
    rotations: secrets.receipts,
    tokens: [...user.tokens, ...app.tokens],
    suspension: withoutReceipts(suspension),
    several: withoutReceipts(several),
    app: { granted: app.granted, sameAfterRestore: app.sameAfterRestore },
    reset: withoutReceipts(reset),
    signOut: withoutReceipts(signOut),
    keys: key.keys,
    credentials: secrets.credentials,
    backgroundClient: secrets.backgroundClient,
    log: await playLogStory(scene, user.webhook.event_id),
  }
}

/** One is suspended while the others are deleted, and one event is about two of them. */
async function playUsers(scene: Scene, listener: LogoutListener) {
  const apps = await registerApps(scene.stage.ory, listener.uri)
  const frank = await signFrankInFirst(scene, apps)
  const suspended = await beginSuspension(scene, apps)
  const left = await beginSeveral(scene, apps)
  const user = await playUserStory(scene, listener, apps)
  const suspension = await suspended.finish()
  return { apps, frank, user, suspension, several: await left.finish() }
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

function withoutReceipts<Story extends { readonly receipts: unknown }>({
  receipts: _receipts,
  ...story
}: Story): Omit<Story, 'receipts'> {
  return story
}
