import { type Block, columns } from '../output/layout.ts'
import { styled } from '../output/print.ts'
import type { ExampleEvent } from './example-events.ts'
import type { KeyStory } from './key-report.ts'
import { chapter, storyReceiptLines } from './story-lines.ts'

/** What became of a trusted issuer's keys, for people. */
export function keyLines(event: ExampleEvent, { receipts, keys }: KeyStory): readonly Block[] {
  const word = (accepted: boolean) =>
    accepted ? styled('green', 'accepted') : styled('dim', 'refused')
  const head = ['assertions signed with', 'before', 'both trusted', 'old retired']
  return chapter("A trusted issuer's key is rolled over", [
    ...storyReceiptLines(receipts, [event, { ...event, told: 'the sweep retires the old key' }]),
    '',
    ...columns(
      keys.map(({ kid, acceptedBefore, acceptedDuring, acceptedAfter }) => [
        kid,
        word(acceptedBefore),
        word(acceptedDuring),
        word(acceptedAfter),
      ]),
      { head: head.map((text) => styled('dim', text)) },
    ),
  ])
}
