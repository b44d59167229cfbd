import { match } from 'node:assert/strict'
import { prints, receiptsOfSent, type Step } from '../step.ts'

/** receipts.md: a pseudonym made by hand, and every way to a receipt. */
export const steps: readonly Step[] = [
  ...prints('receipts.md', 'whose-receipt-it-is'),
  { block: 'receipts.md#to-find-show-and-export-receipts 1', check: receiptsOfSent },
  {
    block: 'receipts.md#to-find-show-and-export-receipts 2',
    check: async ({ stdout }, world) => {
      match(stdout, /^\S+ \S+ user-deleted, first: subject [\da-f]{16}; event \S+: gone since /)
      match(stdout, /^gone since [^\n]+; the second pass is due (\S+ )?\S+$/m)
      match(stdout, /lists nothing of this user/)
      const { stdout: written } = await world.run('head -1 receipts.csv; head -1 report.html')
      match(written, /^receipt_id,workflow,[^\n]+\r\n<!doctype html>\n$/)
    },
  },
]
