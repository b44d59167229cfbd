import type { JudgedSecret } from '@lapse/core/rotation'
import { durationText } from '../output/duration.ts'
import { type Block, columns, command } from '../output/layout.ts'
import { styled } from '../output/print.ts'
import { timeText } from '../output/time.ts'

/** A secret, judged, and what to do about it. */
export type ToldSecret = JudgedSecret & { readonly next?: string }

/** Every configured secret as a person reads it, without any value. */
export function statusLines(secrets: readonly ToldSecret[], now: number): readonly Block[] {
  if (secrets.length === 0) return ['No secret is configured; ROTATED_SECRETS is an empty list.']
  return secrets.flatMap((secret, index) => [...(index > 0 ? [''] : []), ...linesOf(secret, now)])
}

function linesOf(secret: ToldSecret, now: number): readonly Block[] {
  const title = styled('bold', secret.secretId)
  const { arn, strategy, phase, ageMs, nextRotationAt, overlap, next } = secret
  const judgement = [
    ['verdict', verdictText(secret)],
    ...(next ? [['next', isCommand(next) ? command(next) : next]] : []),
  ]
  if (arn === undefined) return [title, ...columns(judgement)]
  return [
    title,
    ...columns([
      ...judgement,
      ...stageRows(secret),
      ['age', ageMs === undefined ? 'unknown' : durationText(ageMs)],
      ['strategy', strategy === undefined ? 'not decided yet' : `${strategy}, ${phase}`],
      ['rotation', rotationText(secret)],
      ...(nextRotationAt === undefined ? [] : [['due', `by ${timeText(nextRotationAt)}`]]),
      ...(overlap === undefined ? [] : [['overlap', overlapText(overlap.retireAt, now)]]),
    ]),
  ]
}

/** The others are something to do first, in words. */
function isCommand(next: string): boolean {
  return /^(lapse|aws) /.test(next)
}

function verdictText({ verdict, problem }: ToldSecret): string {
  const word = verdict === 'well' ? verdict : styled('red', verdict)
  return problem === undefined ? word : `${word}: ${problem}`
}

function stageRows({ stages }: ToldSecret): readonly (readonly string[])[] {
  return Object.entries(stages).flatMap(([versionId, names]) =>
    names.map((name) => [name, versionId]),
  )
}

function rotationText({ rotationEnabled, overlapMs }: ToldSecret): string {
  const overlap = `old and new overlap for ${durationText(overlapMs)}`
  return rotationEnabled ? overlap : `${styled('red', 'not enabled')}; ${overlap}`
}

function overlapText(retireAt: number, now: number): string {
  const due = `what is not at AWSCURRENT may work until ${timeText(retireAt)}`
  return retireAt < now ? `${due}; the sweep is to retire it` : due
}
