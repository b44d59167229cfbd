import { type Block, columns } from '../output/layout.ts'
import type { ExampleEvent } from './example-events.ts'
import { chapter, storyReceiptLines } from './story-lines.ts'
import type { SuspensionStory } from './suspension-report.ts'

/** What became of a suspended user, for people. */
export function suspensionLines(
  event: ExampleEvent,
  { receipts, tokens, isLetInAgain, accountBefore, accountAfter }: SuspensionStory,
): readonly Block[] {
  const revived = tokens.filter(({ activeAfter }) => activeAfter).length
  return chapter('A user is suspended, let in again, and not revived', [
    ...storyReceiptLines(receipts, [event, { ...event, told: 'and again, for logins in flight' }]),
    '',
    ...columns([
      ['tokens from before that are active again', `${revived} of ${tokens.length}`],
      ['the new sign-in', isLetInAgain ? 'works' : 'does not work'],
      ['API keys', `${accountBefore.apiKeys} before, ${accountAfter.apiKeys} after`],
    ]),
  ])
}
