import { type Block, columns } from '../output/layout.ts'
import type { ExampleEvent } from './example-events.ts'
import type { SeveralStory } from './several-report.ts'
import { chapter, storyReceiptLines } from './story-lines.ts'

/** What became of somebody with two accounts, for people. */
export function severalLines(
  event: ExampleEvent,
  { receipts, tokens }: SeveralStory,
): readonly Block[] {
  const [own] = receipts
  const active = tokens.filter(({ activeAfter }) => activeAfter).length
  return chapter('One event, two accounts', [
    ...storyReceiptLines(own === undefined ? [] : [own], [event]),
    '',
    ...columns([
      ['receipts of its subjects', String(receipts.length - 1)],
      ['tokens from before that are active', `${active} of ${tokens.length}`],
    ]),
  ])
}
