import type { OAuth2Client } from '@lapse/core/ory'
import type { Receipt } from '@lapse/core/run'
import { appLines } from './app-lines.ts'
import type { AppStory } from './app-report.ts'
import { fetchToken, isGranted } from './credential.ts'
import { appOffboarded, type ExampleEvent, type Offboarding } from './example-events.ts'
import { notes, registerNotes } from './notes-app.ts'
import { sendEvent } from './queue.ts'
import { readReceipts } from './receipts.ts'
import type { Scene } from './scene.ts'
import type { IssuedToken } from './sign-in.ts'
import { areActive, tokenReports } from './token-report.ts'

const { client_id } = notes

/** An app is suspended, restored, and then deleted. */
export async function playAppStory(scene: Scene): Promise<AppStory> {
  const { ory, rotation } = scene.stage
  const at = { ory, tokenEndpoint: rotation.settings.tokenEndpoint }
  const credential = await registerNotes(ory)
  const registered = await ory.getOAuth2Client({ id: client_id })
  const first = await issuedToken(fetchToken(credential, at), scene)

  const suspend = await offboard(scene, { client_id, mode: 'suspend' })
  const whileSuspended = await isGranted(credential, at)
  const restore = await offboard(scene, { client_id, mode: 'restore' })
  const restored = await ory.getOAuth2Client({ id: client_id })
  const second = await issuedToken(fetchToken(credential, at), scene)
  const deleted = await offboard(scene, { client_id, mode: 'delete' })

  const issued = [first, second]
  const activeAfter = await areActive(
    ory,
    issued.map(({ token }) => token),
  )
  const story: AppStory = {
    receipts: [suspend, restore, deleted].map(({ receipt }) => receipt),
    tokens: tokenReports(
      issued.map(({ token }) => token),
      issued.map(({ active }) => active),
      activeAfter,
    ),
    granted: {
      suspend: whileSuspended,
      restore: second.active,
      delete: await isGranted(credential, at),
    },
    sameAfterRestore: lasting(restored) === lasting(registered),
  }
  scene.tell(
    appLines(
      [suspend, restore, deleted].map(({ event }) => event),
      story,
    ),
  )
  return story
}

interface Issued {
  readonly token: IssuedToken
  readonly active: boolean
}

async function issuedToken(granted: Promise<string>, { stage }: Scene): Promise<Issued> {
  const token = {
    subject: client_id,
    client_id,
    kind: 'access_token',
    token: await granted,
  } as const
  const [active = false] = await areActive(stage.ory, [token])
  return { token, active }
}

/** Sends an event about an app, and waits for its receipt. */
export async function offboard(
  { stage, sent, wait }: Scene,
  data: Offboarding,
): Promise<{ readonly event: ExampleEvent; readonly receipt: Receipt }> {
  const event = appOffboarded(`app-${data.mode}`, data, new Date())
  sent.push(await sendEvent(stage, event))
  const receipt = await wait(`the receipt of ${event.told}`, async () => {
    const [found] = (await readReceipts(stage, [event], 'first')) ?? []
    return found
  })
  return { event, receipt }
}

/** A client without what every write to it changes. */
function lasting({
  updated_at: _updated,
  registration_access_token: _token,
  ...client
}: OAuth2Client): string {
  return JSON.stringify(client)
}
