import type { Receipt } from '@lapse/core/run'
import { countAccount, openAccount } from './accounts.ts'
import type { User } from './cast.ts'
import { userSuspended } from './example-events.ts'
import { sendEvent } from './queue.ts'
import { readReceipts } from './receipts.ts'
import type { Scene } from './scene.ts'
import { type App, type SignedIn, signIn } from './sign-in.ts'
import { suspensionLines } from './suspension-lines.ts'
import type { SuspensionStory } from './suspension-report.ts'
import { areActive, tokenReports } from './token-report.ts'

/** A suspension that is under way while other things happen. */
export interface OpenSuspension {
  /** Waits for its passes, and has the user sign in again. */
  finish(): Promise<SuspensionStory>
}

const erin: Pick<User, 'subject' | 'rememberLogin' | 'signIns'> = {
  subject: 'erin',
  rememberLogin: true,
  signIns: [{ app: 'calendar', scope: 'openid offline' }],
}

/** A user with a session at the identity provider and API keys is suspended. */
export async function beginSuspension(scene: Scene, apps: readonly App[]): Promise<OpenSuspension> {
  const { stage, sent, tell } = scene
  await openAccount(stage, erin.subject)
  const { tokens } = await signErinIn(scene, apps)
  const activeBefore = await areActive(stage.ory, tokens)
  const accountBefore = await countAccount(stage, erin.subject)

  const event = userSuspended('user-suspend', { subject: erin.subject }, new Date())
  sent.push(await sendEvent(stage, event))
  const passOf = async (pass: Receipt['pass']) => {
    const [receipt] = (await readReceipts(stage, [event], pass)) ?? []
    return receipt
  }
  return {
    finish: async () => {
      const first = await scene.wait('erin to be suspended', () => passOf('first'))
      const accountAfter = await countAccount(stage, erin.subject)
      const again = await scene.wait('the follow-up pass of the suspension', () =>
        passOf('follow-up'),
      )
      const anew = await signErinIn(scene, apps)
      const activeAfter = await areActive(stage.ory, tokens)
      const story = {
        receipts: [first, again],
        tokens: tokenReports(tokens, activeBefore, activeAfter),
        isLetInAgain: (await areActive(stage.ory, anew.tokens)).every(Boolean),
        accountBefore,
        accountAfter,
      }
      tell(suspensionLines(event, story))
      return story
    },
  }
}

function signErinIn({ stage }: Scene, apps: readonly App[]): Promise<SignedIn> {
  const { oryAdmin: adminUrl, oryPublic: publicUrl } = stage.local.endpoints
  return signIn(erin, apps, { adminUrl, publicUrl })
}
