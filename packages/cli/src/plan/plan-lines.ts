import type { DryRun } from '@lapse/core/run'
import { countsText } from '../output/counts.ts'
import { plain } from '../output/plain.ts'
import { styled } from '../output/print.ts'

/** What a person has to know beside the steps. */
const remarks: Readonly<Record<string, readonly string[]>> = {
  'user-deleted': [
    'Ory lists fewer grants than it holds, so a step is planned even where none is listed.',
    'The worker does it all once more when logins under way have ended (LOGIN_CONSENT_TTL + FOLLOW_UP_MARGIN).',
  ],
  'app-offboarded': [
    'The worker refuses what is protected, and events that are older than the client; a plan does not.',
  ],
  'key-rotated': [
    'Old keys go when the overlap is over: the sweep lists and plans again then.',
    'The worker also goes by the ledger, and refuses what is protected; a plan does not.',
  ],
}

/** A dry run as a person reads it. */
export function planLines({ workflow, before, steps }: DryRun, origin: string): readonly string[] {
  return [
    styled('bold', `Plan for ${workflow} at ${origin}`),
    'Nothing was changed.',
    '',
    styled('bold', 'Seen now'),
    `  ${countsText(before)}`,
    '',
    styled('bold', 'Would be done, in this order'),
    ...(steps.length === 0 ? ['  nothing'] : []),
    ...steps.flatMap((step, index) => stepLines(step, index + 1)),
    '',
    ...(remarks[workflow] ?? []).map((remark) => styled('dim', remark)),
  ]
}

function stepLines({ op, params, ends }: DryRun['steps'][number], number: number) {
  const given = Object.entries(params).map(([name, value]) => `${name}=${plain(textOf(value))}`)
  return [
    `  ${number}  ${styled('cyan', op)}  ${given.join(' ')}`,
    ...ends.map((what) => `     ${styled('dim', 'for')} ${what}`),
  ]
}

function textOf(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}
