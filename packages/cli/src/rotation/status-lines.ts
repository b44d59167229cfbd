import type { SecretStatus } from '@lapse/core/rotation'
import { columns } from '../output/columns.ts'
import { durationText } from '../output/duration.ts'
import { styled } from '../output/print.ts'

/** Every configured secret as a person reads it, without any value. */
export function statusLines(secrets: readonly SecretStatus[], now: number): readonly string[] {
  if (secrets.length === 0) return ['No secret is configured; ROTATED_SECRETS is an empty list.']
  return secrets.flatMap((secret, index) => [...(index > 0 ? [''] : []), ...linesOf(secret, now)])
}

function linesOf(secret: SecretStatus, now: number): readonly string[] {
  const title = styled('bold', secret.secretId)
  if (secret.arn === undefined) return [title, `  ${styled('red', 'there is no such secret')}`]

  const { strategy, phase, ageMs, nextRotationAt, overlap, pending } = secret
  return [
    title,
    ...columns([
      ...stageRows(secret),
      ['age', ageMs === undefined ? 'unknown' : durationText(ageMs)],
      ['strategy', strategy === undefined ? 'not decided yet' : `${strategy}, ${phase}`],
      ['rotation', rotationText(secret)],
      ...(nextRotationAt === undefined ? [] : [['next', `by ${timeText(nextRotationAt)}`]]),
      ...(overlap === undefined ? [] : [['overlap', overlapText(overlap.retireAt, now)]]),
      ...(pending === undefined ? [] : [['pending', pendingText]]),
    ]),
  ]
}

const pendingText = 'a rotation runs, or one has failed: lapse rotate clears it and starts anew'

function stageRows({ stages }: SecretStatus): readonly (readonly string[])[] {
  return Object.entries(stages)
    .filter(([, names]) => names.length > 0)
    .map(([versionId, names]) => [names.join(' '), versionId])
}

function rotationText({ rotationEnabled, overlapMs }: SecretStatus): string {
  const overlap = `old and new overlap for ${durationText(overlapMs)}`
  return rotationEnabled ? overlap : `${styled('red', 'not enabled')}; ${overlap}`
}

function overlapText(retireAt: number, now: number): string {
  const due = `the old credential works until ${timeText(retireAt)}`
  return retireAt < now ? `${due}; the sweep is to retire it` : due
}

/** RFC 3339 in UTC, to the second. */
function timeText(time: number): string {
  return new Date(time).toISOString().replace('T', ' ').replace(/\.\d+/, '')
}
