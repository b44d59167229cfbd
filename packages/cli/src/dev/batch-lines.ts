import type { SettledBatch } from '@lapse/local'
import { type Block, hanging } from '../output/layout.ts'
import { plain } from '../output/plain.ts'
import { styled } from '../output/print.ts'

/** What became of a batch that did not succeed as a whole; its messages come again. */
export function batchLines(batch: SettledBatch): readonly Block[] {
  const { functionName, outcome, failed, records, invocation } = batch
  const error = invocation.error
  const why = error === undefined ? '' : `: ${plain(`${error.errorType} ${error.errorMessage}`)}`
  return [
    hanging(
      `${functionName}  ${styled('red', outcome)}${why}; ${failed.size} of ${records.length} messages stay on the queue`,
    ),
  ]
}
