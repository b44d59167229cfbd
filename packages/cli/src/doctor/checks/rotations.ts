import { commandAt } from '../../place/command-at.ts'
import { readRotations } from '../../rotation/read-rotations.ts'
import type { ToldSecret } from '../../rotation/status-lines.ts'
import type { Site } from '../../site/site.ts'
import { type Check, cannotTell, unless, well } from '../check.ts'

/** A rotated secret with a verdict, and what to do about it. */
export type RotatedSeen = Pick<ToldSecret, 'secretId' | 'verdict' | 'problem' | 'reason' | 'next'>

/** Tries what is at AWSCURRENT at Ory's public side, as `lapse rotate --status` does. */
export const rotations: Check<readonly RotatedSeen[]> = {
  name: 'rotations',
  about: 'rotated secrets',
  read: ({ place }: Site) => readRotations(place),
  judge: (secrets, where = {}) => {
    const isFine = ({ verdict, reason }: RotatedSeen) =>
      verdict === 'well' || (verdict === 'unfinished' && reason === 'running')
    const unknown = secrets.filter(({ verdict }) => verdict === 'unknown')
    const [first] = unknown
    return unless(
      secrets
        .filter((secret) => !isFine(secret) && !unknown.includes(secret))
        .map(({ secretId, verdict, problem = verdict, next }) => ({
          says: `${secretId} is ${verdict}: ${problem}`,
          todo: next ?? commandAt(where, 'lapse rotate --status'),
        })),
      first === undefined
        ? well(
            secrets.length === 0
              ? 'no secret is rotated'
              : `${secrets.length} ${secrets.length === 1 ? 'is' : 'are'} well: each credential authenticates`,
          )
        : cannotTell(`${first.secretId}: ${first.problem ?? 'nothing is known of it'}`),
    )
  },
}
