import { type Block, columns } from '../output/layout.ts'
import { styled } from '../output/print.ts'
import type { SecretStory } from './secret-report.ts'
import { chapter } from './story-lines.ts'

/** What became of the secrets, for people. */
export function secretLines({ credentials, backgroundClient }: SecretStory): readonly Block[] {
  const word = (works: boolean) => (works ? styled('green', 'works') : styled('dim', 'refused'))
  const head = ['client', 'strategy', 'credential', 'before', 'overlap', 'after']
  const rows = credentials.flatMap((report) => [
    [
      report.client_id,
      String(report.strategy),
      'old',
      word(report.oldBefore),
      word(report.oldDuringOverlap),
      word(report.oldAfter),
    ],
    ['', '', 'new', '', word(report.newDuringOverlap), word(report.newAfter)],
  ])
  const { requests, failures } = backgroundClient
  return chapter('Secrets are rotated, and nobody notices', [
    ...columns(rows, { head: head.map((text) => styled('dim', text)) }),
    '',
    `  Meanwhile ${requests} tokens were asked for with what Secrets Manager held; ${failures} requests failed.`,
  ])
}
