import type { DryRun } from '@lapse/core/workflows'
import { countsText } from '../output/counts.ts'
import { plain } from '../output/plain.ts'
import { styled } from '../output/print.ts'

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
    ...steps.flatMap((step, index) => stepLines(step, index + 1)),
    '',
    styled(
      'dim',
      'Ory lists fewer grants than it holds, so a step is planned even where none is listed.',
    ),
    styled(
      'dim',
      'The worker does it all once more when logins under way have ended (LOGIN_CONSENT_TTL + FOLLOW_UP_MARGIN).',
    ),
  ]
}

function stepLines({ op, params, ends }: DryRun['steps'][number], number: number) {
  const given = Object.entries(params).map(([name, value]) => `${name}=${plain(String(value))}`)
  return [
    `  ${number}  ${styled('cyan', op)}  ${given.join(' ')}`,
    ...ends.map((what) => `     ${styled('dim', 'for')} ${what}`),
  ]
}
