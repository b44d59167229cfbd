import { printVerifierKey } from '@lapse/core/receipts-log'
import { kept } from '../output/layout.ts'
import { print, printJson } from '../output/print.ts'
import type { StageOption } from '../place/find-place.ts'
import { withLog } from '../receipts/open-log.ts'

export interface KeyOptions extends StageOption {
  readonly json?: boolean
}

/** `lapse receipts key`: the log's public key, as `lapse receipts verify` and Go's tools take it. */
export async function showLogKey({ json, ...options }: KeyOptions): Promise<void> {
  await withLog(options, async (log) => {
    const key = printVerifierKey(await log.key())
    if (json) printJson({ key })
    else print(kept(key))
  })
}
