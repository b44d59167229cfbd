import { durationText } from '../../output/duration.ts'
import { isRowMissing, nobodysPath } from '../../site/ory-sides.ts'
import type { Site } from '../../site/site.ts'
import { type Check, cannotTell, type Outcome, well, wrong } from '../check.ts'

/** What Ory said to the key, and how old that is. */
export interface KeySeen {
  /** The secret that holds it; `undefined` where none is configured. */
  readonly secretId: string | undefined
  readonly hasKey: boolean
  readonly status: number
  /** Whether Ory's own handler answered, and so let us in. */
  readonly isIn: boolean
  /** `undefined` where Secrets Manager does not tell, or holds none. */
  readonly ageMs: number | undefined
}

/** After so long a key was in more hands than anybody knows of. */
const oldMs = 365 * 86_400_000

export const oryKey: Check<KeySeen> = { name: 'ory-key', about: 'Ory: the key', read, judge }

async function read({ ory, aws, variables, clock }: Site): Promise<KeySeen> {
  const secretId = variables['ORY_API_KEY_SECRET_ID'] || undefined
  const hasKey = (await ory.key()) !== undefined
  const answer = await ory.admin(nobodysPath)
  const changedAt = secretId ? (await aws.secret(secretId))?.lastChangedAt : undefined
  return {
    secretId,
    hasKey,
    status: answer.status,
    isIn: isRowMissing(answer),
    ageMs: changedAt === undefined ? undefined : clock.now() - changedAt,
  }
}

function judge({ secretId, hasKey, status, isIn, ageMs }: KeySeen): Outcome {
  const where = secretId ?? 'ORY_API_KEY'
  if (status === 401 && !hasKey)
    return wrong(
      'Ory asks for a key, and none is configured',
      'put one into a secret, and set ORY_API_KEY_SECRET_ID to its name',
    )
  if (status === 401)
    return wrong(`Ory does not accept the key in ${where} (401)`, `put a valid key into ${where}`)
  if (status === 403)
    return wrong(
      `Ory does not let ${hasKey ? `the key in ${where}` : 'us'} in (403)`,
      hasKey ? `put a key of this project into ${where}` : 'see what stands in front of Ory',
    )
  if (!isIn) return cannotTell(`Ory answered ${status}: see the check of its URLs`)
  if (!hasKey) return well('Ory asks for no key, as a Hydra of your own does')
  if (ageMs === undefined) return well('Ory accepts the key; how old it is, nobody says')
  if (ageMs > oldMs)
    return wrong(
      `the key in ${where} is ${durationText(ageMs)} old`,
      `make a new one, put it into ${where}, and end the old one an hour later`,
    )
  return well(`Ory accepts the key, which is ${durationText(ageMs)} old`)
}
