import { type Block, columns } from '../output/layout.ts'
import type { ExampleEvent } from './example-events.ts'
import type { SignOutStory } from './sign-out-report.ts'
import { chapter, storyReceiptLines } from './story-lines.ts'

/** What became of a user who was signed out, for people. */
export function signOutLines(
  event: ExampleEvent,
  { receipts, tokens, isLetInAgain, answers }: SignOutStory,
): readonly Block[] {
  const active = tokens.filter(({ activeAfter }) => activeAfter).length
  return chapter('The identity provider signs a user out everywhere', [
    ...columns([
      ['as its JWT has it', `answered ${answers.signed}`],
      ['the same once more', `answered ${answers.again}`],
      ['the same JWT about somebody else', `answered ${answers.otherBody}`],
    ]),
    '',
    ...storyReceiptLines(receipts, [event]),
    '',
    ...columns([
      ['tokens from before that are active', `${active} of ${tokens.length}`],
      ['the new sign-in', isLetInAgain ? 'works' : 'does not work'],
    ]),
  ])
}
