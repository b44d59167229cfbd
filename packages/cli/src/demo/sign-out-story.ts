import { subjectPseudonym } from '@lapse/core/events'
import type { Receipt } from '@lapse/core/run'
import { placeOf } from '../place.ts'
import { filed, receiptsOf } from '../receipts/filed-receipts.ts'
import { openLogAt } from '../receipts/open-log.ts'
import { openAccount } from './accounts.ts'
import type { User } from './cast.ts'
import { userSignedOut } from './example-events.ts'
import { signRevocation } from './global-token-revocation.ts'
import type { Scene } from './scene.ts'
import { type App, type SignedIn, signIn } from './sign-in.ts'
import { signOutLines } from './sign-out-lines.ts'
import type { SignOutStory } from './sign-out-report.ts'
import type { Stage } from './stage.ts'
import { areActive, tokenReports } from './token-report.ts'

/** A sign-out that is under way while other things happen. */
export interface OpenSignOut {
  /** Waits for its receipt, and has the user sign in again. */
  finish(): Promise<SignOutStory>
}

const frank: Pick<User, 'subject' | 'rememberLogin' | 'signIns'> = {
  subject: 'frank',
  rememberLogin: true,
  signIns: [{ app: 'calendar', scope: 'openid offline' }],
}

/** The user signs in, with a session at the identity provider. */
export async function signFrankInFirst(scene: Scene, apps: readonly App[]): Promise<SignedIn> {
  await openAccount(scene.stage, frank.subject)
  return signFrankIn(scene, apps)
}

/** The identity provider signs a user out everywhere, by Global Token Revocation. */
export async function beginSignOut(
  scene: Scene,
  apps: readonly App[],
  { tokens }: SignedIn,
): Promise<OpenSignOut> {
  const { stage, sent, tell } = scene
  const activeBefore = await areActive(stage.ory, tokens)

  const revocation = await signRevocation(stage)
  const event = userSignedOut(revocation.eventId, { subject: frank.subject }, new Date())
  sent.push({ event, messageIds: [] })
  const signed = await revocation.send(frank.subject)
  const again = await revocation.send(frank.subject)
  const otherBody = await revocation.send('carol')
  return {
    finish: async () => {
      const receipt = await scene.wait('frank to be signed out', () =>
        receiptAbout(frank.subject, stage),
      )
      const anew = await signFrankIn(scene, apps)
      const story = {
        receipts: [receipt],
        tokens: tokenReports(tokens, activeBefore, await areActive(stage.ory, tokens)),
        isLetInAgain: (await areActive(stage.ory, anew.tokens)).every(Boolean),
        answers: { signed, again, otherBody },
      }
      tell(signOutLines(event, story))
      return story
    },
  }
}

/** The event is the door's own, so that its receipt is found by whom it is about. */
async function receiptAbout(
  subject: string,
  { local, ledgerKey }: Stage,
): Promise<Receipt | undefined> {
  const { index } = openLogAt(placeOf(local))
  const found = index.find(`subject:${subjectPseudonym(ledgerKey, subject)}`)
  const [first] = await Array.fromAsync(receiptsOf(filed(index, found)))
  return first?.receipt as Receipt | undefined
}

function signFrankIn({ stage }: Scene, apps: readonly App[]): Promise<SignedIn> {
  const { oryAdmin: adminUrl, oryPublic: publicUrl } = stage.local.endpoints
  return signIn(frank, apps, { adminUrl, publicUrl })
}
