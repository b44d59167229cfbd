import { match } from 'node:assert/strict'
import type { Step } from '../step.ts'

/** backfills.md: the shadow, and what it approves of. */
export const steps: readonly Step[] = [
  {
    block: 'backfills.md#first-a-shadow 1',
    check: ({ stdout }) => match(stdout, /listed for +2 users\n[\s\S]+\napprove [\da-f]{32}\n$/),
  },
  {
    block: 'backfills.md#then-the-users 1',
    check: async ({ stdout }, world) => {
      match(stdout, /^sent +2 of 2 users\nreceipts +2$/m)
      await world.said(/the consent sessions that are listed: 3 before, 0 after/)
    },
  },
]
