import { expect, test } from 'vitest'
import { waitForEvent } from './wait-for-event.ts'

test.each([
  ['production', /; lapse dead-letters show m --stage production tells of it$/],
  [undefined, /; lapse dead-letters show m tells of it$/],
])('names the command that tells of a dead letter at %s', async (stage, says) => {
  const look = {
    row: async () => undefined,
    deadLetter: async () => ({ reason: 'unaddressable-id', messageId: 'm' }),
    unbegun: async () => 'no worker has begun it',
  }
  const waiting = waitForEvent(look, 60_000, { next: '', stage }, new AbortController().signal)

  await expect(waiting).rejects.toThrow(says)
})
