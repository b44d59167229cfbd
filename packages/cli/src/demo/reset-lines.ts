import { type Block, columns } from '../output/layout.ts'
import type { ExampleEvent } from './example-events.ts'
import type { ResetStory } from './reset-report.ts'
import { chapter, storyReceiptLines } from './story-lines.ts'

/** What became of an app that was reset, for people. */
export function resetLines(
  event: ExampleEvent,
  { receipts, tokens, changed, granted }: ResetStory,
): readonly Block[] {
  const word = (is: boolean) => (is ? 'works' : 'is refused')
  const active = tokens.filter(({ activeAfter }) => activeAfter).length
  return chapter('A compromised app is reset: it stays, and every grant of it goes', [
    ...storyReceiptLines(receipts, [event]),
    '',
    ...columns([
      ['tokens from before that are active', `${active} of ${tokens.length}`],
      ['its registration', `is the same, byte for byte, but for ${changed.join(', ')}`],
      ['its old secret', word(granted.oldSecret)],
      ['the secret at AWSCURRENT', word(granted.newSecret)],
    ]),
  ])
}
