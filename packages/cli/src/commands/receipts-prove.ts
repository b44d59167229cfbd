import { writeFile } from 'node:fs/promises'
import { ReceiptsLogError } from '@lapse/core/errors'
import { parseReceiptId, rowRetentionDays } from '@lapse/core/ports'
import { openLog } from '@lapse/core/receipts-log'
import { CommandError, UsageError } from '../errors.ts'
import { print, printAside, printJson, printLines } from '../output/print.ts'
import { newProgress } from '../output/progress.ts'
import { commandAt } from '../place/command-at.ts'
import type { StageOption } from '../place/find-place.ts'
import type { Place } from '../place.ts'
import { eventsNamed } from '../receipts/events-named.ts'
import { findInLog } from '../receipts/find-in-log.ts'
import { type OpenLog, withLog } from '../receipts/open-log.ts'
import { type Proven, proveEach, proveLogged } from '../receipts/prove-receipt.ts'
import { soughtOf } from '../receipts/sought.ts'
import { systemProblem } from '../system-problem.ts'

export interface ProveOptions extends StageOption {
  readonly out?: string
  readonly json?: boolean
}

/** A proof and the receipt it is of. */
type Proof = Proven & { readonly proof: string; readonly index: number }

/** `lapse receipts prove`: a file for each receipt of an event, which discloses no other. */
export async function proveReceipts(id: string, options: ProveOptions): Promise<void> {
  if (id.trim() === '') throw new UsageError('the id is empty; give an event’s or a receipt’s')
  await withLog(options, async (log) => {
    const proven = await provenOf(id, log)
    const proofs = proven.filter((one): one is Proof => one.proof !== undefined)
    if (proofs.length === 0) throw notSealed(proven.length)
    const files = await written(proofs, options.out)
    if (options.json) printJson({ proofs: proofs.map((one, at) => documentOf(one, files[at])) })
    else if (files.length > 0) print(...files)
    else printLines(theOnly(proofs).proof)
    if (proofs.length < proven.length) printAside(notSealed(proven.length - proofs.length).message)
    if (!options.json && files.length > 0)
      printAside(
        `lapse receipts verify <file> --key "$(${commandAt(options, 'lapse receipts key')})" verifies it, offline.`,
      )
  })
}

async function provenOf(id: string, log: OpenLog): Promise<readonly Proven[]> {
  try {
    const receipts = (await eventsNamed(id, log.index, log.place)).flat()
    // Named by itself, a receipt is proven by itself.
    const own = receipts.filter((receipt) => receipt.id === id)
    const named = own.length > 0 ? own : receipts
    return named.length > 0 ? await proveEach(named, log) : await provenByLog(id, log)
  } catch (error) {
    if (!(error instanceof ReceiptsLogError)) throw error
    throw new CommandError(`the log cannot prove it: ${error.message}`, { cause: error })
  }
}

/** What the ledger keeps no more is in the log for years: there is nothing but to look through it. */
async function provenByLog(id: string, { bucket, place }: OpenLog): Promise<readonly Proven[]> {
  const log = await openLog(bucket).catch(absentLog)
  const names = parseReceiptId(id) === undefined ? await namesOf(id, place) : [id]
  const { size } = log?.checkpoint ?? { size: 0 }
  const progress = newProgress()
  const read = { count: 0 }
  const found = await findInLog(names, log ?? empty, (count) => {
    read.count += count
    progress.update(`looking through the log: ${read.count} of ${size} receipts; Ctrl-C stops`)
  }).finally(progress.clear)
  if (log !== undefined && found.length > 0) {
    printAside(
      `The ledger, which keeps ${rowRetentionDays} days, has no receipt of it any more; the log has.`,
    )
    return proveLogged(found, log)
  }
  throw new CommandError(
    `no receipt of this is in the ledger, which keeps ${rowRetentionDays} days, nor among the ${size} of the log; ${commandAt(place, 'lapse receipts list')} tells what is`,
  )
}

/** An event's id, and how it stands in a receipt if its subject was in it. */
async function namesOf(id: string, place: Place): Promise<readonly string[]> {
  const { otherwise } = await soughtOf({ event: id }, place)
  const masked = (await otherwise()).map((about) => about.replace(/^event:/, ''))
  return [id, ...masked]
}

/** A log that has no checkpoint yet holds nothing. */
function absentLog(error: unknown): undefined {
  if (!(error instanceof ReceiptsLogError) || error.reason !== 'not-in-log') throw error
}

const empty = { async *backwards() {} }

function notSealed(count: number): CommandError {
  return new CommandError(
    `${count === 1 ? 'a receipt is' : `${count} receipts are`} not in the log yet; it grows every five minutes, and within one minute with lapse dev: try again then`,
  )
}

/** On standard output there is room for one. */
function theOnly(proofs: readonly Proof[]): Proof {
  const [one, ...more] = proofs as readonly [Proof, ...Proof[]]
  if (more.length === 0) return one
  throw new UsageError(
    `the event has ${proofs.length} receipts; give --out <file>, or one receipt's id`,
  )
}

/** The names of the files: with several receipts, each has its pass before its ending. */
async function written(proofs: readonly Proof[], out?: string): Promise<readonly string[]> {
  if (out === undefined) return []
  const [stem, ending] = /^(.*?)(\.[^./]*)?$/s.exec(out)?.slice(1) ?? [out]
  const names = proofs.map(({ filed: { receipt }, index }) =>
    proofs.length === 1 ? out : `${stem}.${receipt.pass}-${index}${ending ?? ''}`,
  )
  for (const [at, name] of names.entries())
    await writeFile(name, proofs[at]?.proof ?? '').catch((error: unknown) => {
      const problem = systemProblem(error)
      throw new CommandError(`cannot write ${name}: ${problem ?? 'see --out'}`, { cause: error })
    })
  return names
}

/** Stable: names and meanings stay. */
function documentOf({ filed: { id, receipt }, index, proof }: Proof, file?: string) {
  return {
    receipt_id: id,
    event: receipt.event.id,
    pass: receipt.pass,
    index,
    ...(file === undefined ? { proof } : { file }),
  }
}
