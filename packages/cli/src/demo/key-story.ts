import type { PrivateJwk } from '@lapse/core/rotation'
import { signAssertion, unlessRefused } from './credential.ts'
import { type ExampleEvent, keyRotated } from './example-events.ts'
import { newKey, publicHalf } from './key.ts'
import { keyLines } from './key-lines.ts'
import { type KeyStory, keyReports } from './key-report.ts'
import { jwtBearer, partner, registerPartner } from './partner.ts'
import { sendEvent } from './queue.ts'
import { readReceipts } from './receipts.ts'
import type { Scene } from './scene.ts'

/** A rollover whose overlap lasts. */
export interface Rollover {
  /** When the old key is due, in milliseconds since the epoch. */
  readonly retireAt: number
  /** To be called after the sweep has retired it. */
  finish(): Promise<KeyStory>
}

const { issuer, subject, scope } = partner

/** How long both keys are trusted. */
const overlap = 'PT1S'

/** A partner signs with a new key: it is trusted, and the old one is to be retired. */
export async function beginRollover(scene: Scene): Promise<Rollover> {
  const { stage, sent, wait } = scene
  const keys = [newKey('key-1'), newKey('key-2')] as const
  const accepts = await trustPartner(scene, keys[0])
  const before = await Promise.all(keys.map(accepts))

  const event = newKeyEvent(keys)
  sent.push(await sendEvent(stage, event))
  const first = await wait('the new key to be trusted', () => passOf(scene, event, 'first'))
  const during = await Promise.all(keys.map(accepts))
  return {
    retireAt: Date.parse(first.follow_up_not_before ?? ''),
    finish: async () => {
      const retired = await wait('the old key to be retired', () =>
        passOf(scene, event, 'follow-up'),
      )
      const after = await Promise.all(keys.map(accepts))
      const story = { receipts: [first, retired], keys: keyReports(keys, before, during, after) }
      scene.tell(keyLines(event, story))
      return story
    },
  }
}

function newKeyEvent([old, next]: readonly [PrivateJwk, PrivateJwk]): ExampleEvent {
  const data = {
    issuer,
    subject,
    scope,
    jwk: publicHalf(next),
    expires_at: new Date(anHourFromNow()).toISOString(),
    retire: { kids: [old.kid], after: overlap },
  }
  return keyRotated('key-event', data, new Date())
}

async function passOf({ stage }: Scene, event: ExampleEvent, pass: 'first' | 'follow-up') {
  const [receipt] = (await readReceipts(stage, [event], pass)) ?? []
  return receipt
}

/** Registers the partner. Gives what tries a key of its out. */
async function trustPartner({ stage }: Scene, key: PrivateJwk) {
  const { ory, rotation } = stage
  const basic = await registerPartner(ory, key, anHourFromNow())
  const claims = { iss: issuer, sub: subject, aud: rotation.settings.tokenEndpoint }
  return async (signedWith: PrivateJwk): Promise<boolean> => {
    const assertion = signAssertion(claims, signedWith)
    const asked = ory.oauth2TokenExchange({ grant_type: jwtBearer, assertion, basic })
    return (await unlessRefused(asked)) !== undefined
  }
}

/** In milliseconds since the epoch. */
function anHourFromNow(): number {
  return Date.now() + 3_600_000
}
