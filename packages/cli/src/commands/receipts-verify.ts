import { ReceiptsLogError } from '@lapse/core/errors'
import {
  isAccepted,
  type Policy,
  parseVerifierKey,
  type Verification,
  verifyFile,
} from '@lapse/core/receipts-log'
import { CommandError, UsageError } from '../errors.ts'
import { type Block, hanging } from '../output/layout.ts'
import { print, printJson } from '../output/print.ts'
import { timeText } from '../output/time.ts'
import { readBytes } from '../read-bytes.ts'
import { type ProvenReceipt, provenBlock, provenReceipt } from '../receipts/proven-receipt.ts'

export interface VerifyOptions {
  /** The log's public key as text. */
  readonly key: string
  /** A file with a checkpoint that is trusted. */
  readonly checkpoint?: string
  readonly maxAge?: string
  readonly json?: boolean
}

interface VerifiedFile {
  readonly file: string
  readonly verification: Verification
  /** What an accepted proof discloses; a log has many, and is verified as a whole. */
  readonly receipt: ProvenReceipt | undefined
}

/** `lapse receipts verify`: a verdict on each file, from these files and the key alone. */
export async function verifyReceipts(
  files: readonly string[],
  options: VerifyOptions,
): Promise<void> {
  const policy = await policyOf(options)
  const verified: VerifiedFile[] = []
  for (const file of files) {
    const bytes = await readBytes(file, 'give a proof of a receipt, or a log with its receipts')
    verified.push(verifiedFile(file, bytes, verifyFile(bytes, policy)))
  }
  if (options.json) printJson({ files: verified.map(documentOf) })
  else print(...verified.flatMap(linesOf))

  const refused = verified.filter(({ verification }) => !isAccepted(verification)).length
  if (refused > 0)
    throw new CommandError(
      `${refused} of ${files.length} ${files.length === 1 ? 'file' : 'files'} cannot be relied on; docs/receipts.md says what each verdict means`,
    )
}

/** Nothing is told out of a file that cannot be relied on. */
function verifiedFile(file: string, bytes: Uint8Array, verification: Verification): VerifiedFile {
  const isProof = isAccepted(verification) && verification.index !== undefined
  return { file, verification, receipt: isProof ? provenReceipt(bytes) : undefined }
}

/** @throws UsageError for an option that cannot be used */
async function policyOf({ key, checkpoint, maxAge }: VerifyOptions): Promise<Policy> {
  const trusted =
    checkpoint === undefined
      ? undefined
      : Buffer.from(await readBytes(checkpoint, 'give a checkpoint of the log')).toString()
  return {
    key: keyOf(key),
    ...(trusted !== undefined && { checkpoint: trusted }),
    ...(maxAge !== undefined && { freshness: { maxAgeMs: agesIn(maxAge), now: Date.now() } }),
  }
}

function keyOf(text: string): Policy['key'] {
  try {
    return parseVerifierKey(text.trim())
  } catch (error) {
    if (!(error instanceof ReceiptsLogError)) throw error
    throw new UsageError(`--key: ${error.message}`, { cause: error })
  }
}

const units: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
}

function agesIn(text: string): number {
  const [, count, unit = ''] = /^(\d{1,6})([smhd])$/.exec(text) ?? []
  const milliseconds = Number(count) * (units[unit] ?? 0)
  if (milliseconds > 0) return milliseconds
  throw new UsageError('--max-age is not a duration; write it like 15m, 1h or 7d')
}

function linesOf({ file, verification, receipt }: VerifiedFile): readonly Block[] {
  const { verdict, reason, asOf, index } = verification
  const place = index === undefined ? '' : `, receipt ${index}`
  const as =
    asOf &&
    ` (checkpoint of ${asOf.size} ${asOf.size === 1 ? 'receipt' : 'receipts'}, ${timeText(asOf.time)})`
  return [
    hanging(`${verdict}: ${file}${place}: ${reason}${as ?? ''}`),
    ...(receipt === undefined ? [] : [provenBlock(receipt)]),
  ]
}

/** Stable: names and meanings stay. */
function documentOf({ file, verification: { asOf, ...rest }, receipt }: VerifiedFile) {
  return {
    file,
    ...rest,
    ...(asOf && {
      checkpoint: { size: asOf.size, time: new Date(asOf.time).toISOString() },
    }),
    ...(receipt !== undefined && { receipt }),
  }
}
