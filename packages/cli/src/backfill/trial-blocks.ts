import type { LineReceipt } from '@lapse/core/backfill'
import { keptCountsText } from '../output/counts.ts'
import { type Block, columns, kept } from '../output/layout.ts'
import { styled } from '../output/print.ts'
import { linesText } from './bad-lines.ts'
import { countText, numberText } from './number-text.ts'

/** What came of the first users, one line for each; of a subject only the pseudonym is known here. */
export function trialBlocks(
  receipts: readonly LineReceipt[],
  without: readonly number[],
): readonly Block[] {
  const rows = receipts.map(({ line, receipt }) => [
    kept(`line ${numberText(line)}`),
    `${receipt.subject?.slice(0, 16)}…`,
    receipt.result,
    keptCountsText(receipt.before),
  ])
  return [
    styled('bold', `The first ${countText(receipts.length + without.length, 'user')}`),
    ...columns(rows),
    ...nothingFound(receipts),
    ...(without.length === 0
      ? []
      : [`  no receipt yet: ${countText(without.length, 'line')}, ${linesText(without)}`]),
  ]
}

/** Whoever reads the wrong column finds nothing, and revokes nothing. */
function nothingFound(receipts: readonly LineReceipt[]): readonly string[] {
  const found = receipts.filter(({ receipt }) => (receipt.before['consent_sessions'] ?? 0) > 0)
  if (receipts.length === 0 || found.length > 0) return []
  return [
    styled(
      'yellow',
      '  Ory listed nothing for any of them: is the column the one that holds OAuth2 subjects?',
    ),
  ]
}
