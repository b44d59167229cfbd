import type { DryRun } from '@lapse/core/run'
import { countsText } from '../output/counts.ts'
import { type Block, hanging } from '../output/layout.ts'
import { plain } from '../output/plain.ts'
import { styled } from '../output/print.ts'
import { spacedJson } from '../output/spaced-json.ts'
import { verdictLines } from './verdict-lines.ts'

const protectedHere =
  'Protected is what PROTECTED_CLIENT_IDS, PROTECTED_OWNERS and PROTECTED_ISSUERS name here.'

const underCounted =
  'Ory lists fewer grants than it holds, so a step is planned even where none is listed.'
const onceMore =
  'The worker does it all once more when logins under way have ended (LOGIN_CONSENT_TTL + FOLLOW_UP_MARGIN).'

/** What a person has to know beside the steps. */
const remarks: Readonly<Record<string, readonly string[]>> = {
  'user-deleted': [underCounted, onceMore],
  'user-suspended': [underCounted, onceMore],
  'user-signed-out': [
    underCounted,
    'The user may sign in again at once, so that a login under way may still end in a grant.',
  ],
  'app-offboarded': [protectedHere],
  'key-rotated': [
    'Old keys go when the overlap is over: the sweep lists and plans again then.',
    protectedHere,
  ],
}

/** Of messages that lapse sends itself. */
const judgedLater =
  'Each message is judged anew when its turn comes; plan an app by its --client-id.'

/** A dry run as a person reads it. */
export function planLines(plan: DryRun, origin: string): readonly Block[] {
  const { workflow, before, steps, not_looked_at: gaps } = plan
  return [
    styled('bold', `Plan for ${workflow} at ${origin}`),
    'Nothing was changed.',
    '',
    styled('bold', 'Verdict'),
    ...verdictLines(plan).map((line) => `  ${line}`),
    '',
    ...seenLines(before),
    ...(gaps.length === 0 ? [] : [`Not looked at: ${gaps.join('; ')}.`, '']),
    styled('bold', 'Would be done, in this order'),
    ...(steps.length === 0 ? ['  nothing'] : []),
    ...allStepLines(steps),
    '',
    ...remarksOn(plan).map((remark) => styled('dim', remark)),
  ]
}

/** Where the ledger has the last word, nobody looks. */
function seenLines(before: DryRun['before']): readonly string[] {
  if (Object.keys(before).length === 0) return []
  return [styled('bold', 'Seen now'), `  ${countsText(before)}`, '']
}

/** What is refused or over needs none. */
function remarksOn({ workflow, verdict, steps }: DryRun): readonly string[] {
  if (steps.length === 0 && verdict.result !== 'to-do') return []
  const sends = steps.some(({ op }) => op === 'queue.send')
  return [...(remarks[workflow] ?? []), ...(sends ? [judgedLater] : [])]
}

/** So many calls alike are shown one by one. */
const shownAlike = 20

/** Numbered; of many calls alike only the first ones, and how many more there are. */
function allStepLines(steps: DryRun['steps']): readonly Block[] {
  const alike = new Map<string, number>()
  const lines: Block[] = []
  for (const [index, step] of steps.entries()) {
    const count = (alike.get(step.op) ?? 0) + 1
    alike.set(step.op, count)
    if (count <= shownAlike) lines.push(...stepLines(step, index + 1))
    else if (steps[index + 1]?.op !== step.op)
      lines.push(`     and ${count - shownAlike} more of ${step.op}, up to step ${index + 1}`)
  }
  return lines
}

function stepLines({ op, params, ends }: DryRun['steps'][number], number: number) {
  const given = Object.entries(params).map(([name, value]) => `${name}=${plain(textOf(value))}`)
  return [
    hanging(`  ${number}  ${styled('cyan', op)}  ${given.join(' ')}`, 5),
    ...ends.map((what) => hanging(`     ${styled('dim', 'for')} ${what}`, 4)),
  ]
}

function textOf(value: unknown): string {
  return typeof value === 'object' ? spacedJson(value) : String(value)
}
