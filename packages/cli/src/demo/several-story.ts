import { placeOf } from '../place.ts'
import { eventsNamed } from '../receipts/events-named.ts'
import { openLogAt } from '../receipts/open-log.ts'
import { leaverWithTwoAccounts, ofSubject } from './example-events.ts'
import { sendEvent } from './queue.ts'
import type { Scene } from './scene.ts'
import { severalLines } from './several-lines.ts'
import type { SeveralStory } from './several-report.ts'
import { type App, signIn } from './sign-in.ts'
import type { Stage } from './stage.ts'
import { areActive, tokenReports } from './token-report.ts'

/** An event about several that is under way while other things happen. */
export interface OpenSeveral {
  /** Waits for the receipts of all of its subjects. */
  finish(): Promise<SeveralStory>
}

/** Heidi as the identity provider knows her, and a second account that only her employer names. */
const heidi = { subject: 'heidi', employee: 'hr-7', other: 'heidi.admin' }

/** Whose events the employer's are about, as `SUBJECT_TEMPLATES` says it. */
export const employersSubjects = {
  'https://hr.example': ['{employee.accounts}', { external_id: '{employee.id}' }],
}

/** Somebody with two accounts leaves: one event, in which only one of them stands. */
export async function beginSeveral(scene: Scene, apps: readonly App[]): Promise<OpenSeveral> {
  const { stage, sent, tell } = scene
  const { subject, employee, other } = heidi
  await stage.local.emulator?.seed({ identities: [{ id: subject, external_id: employee }] })
  const tokens = await signBothIn(stage, apps)
  const activeBefore = await areActive(stage.ory, tokens)

  const person = { id: employee, accounts: [other] }
  const event = leaverWithTwoAccounts('hr-leaver', { employee: person }, new Date())
  sent.push(await sendEvent(stage, event))
  return {
    finish: async () => {
      const receipts = await scene.wait('both accounts of heidi to be ended', () =>
        receiptsOf(event.id, stage),
      )
      const subjects = new Set(receipts.slice(1).map((receipt) => receipt.event.id))
      sent.push(...Array.from(subjects, (id) => ({ event: ofSubject(event, id), messageIds: [] })))
      const story = {
        receipts,
        event_id: event.id,
        tokens: tokenReports(tokens, activeBefore, await areActive(stage.ory, tokens)),
      }
      tell(severalLines(event, story))
      return story
    },
  }
}

/** The event's own and both passes of each subject; `undefined` until all are there. */
async function receiptsOf(
  event: string,
  { local }: Stage,
): Promise<SeveralStory['receipts'] | undefined> {
  const { index, place } = openLogAt(placeOf(local))
  const events = await eventsNamed(event, index, place)
  const receipts = events.flat().map(({ receipt }) => receipt)
  return receipts.length === 5 ? (receipts as unknown as SeveralStory['receipts']) : undefined
}

async function signBothIn({ local }: Stage, apps: readonly App[]) {
  const { oryAdmin: adminUrl, oryPublic: publicUrl } = local.endpoints
  const signIns = [{ app: 'calendar', scope: 'openid offline' }] as const
  const signedIn = await Promise.all(
    [heidi.subject, heidi.other].map((subject) =>
      signIn({ subject, rememberLogin: true, signIns }, apps, { adminUrl, publicUrl }),
    ),
  )
  return signedIn.flatMap(({ tokens }) => tokens)
}
