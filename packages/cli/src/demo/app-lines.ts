import type { Block } from '../output/layout.ts'
import type { AppStory } from './app-report.ts'
import type { ExampleEvent } from './example-events.ts'
import { chapter, storyReceiptLines } from './story-lines.ts'

/** What became of an app, for people. */
export function appLines(
  events: readonly ExampleEvent[],
  { receipts, granted, sameAfterRestore }: AppStory,
): readonly Block[] {
  const words = (is: boolean) => (is ? 'it is granted a token' : 'it is granted nothing')
  return chapter('An app is suspended, restored, and deleted', [
    ...storyReceiptLines(receipts, events),
    '',
    `  Suspended, ${words(granted.suspend)}. Restored, ${words(granted.restore)}, and it is registered ${
      sameAfterRestore ? 'as before' : 'otherwise than before'
    }. Deleted, ${words(granted.delete)}.`,
  ])
}
