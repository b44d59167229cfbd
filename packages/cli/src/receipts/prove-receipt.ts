import { openLog, type PublishedLog } from '@lapse/core/receipts-log'
import type { FiledReceipt } from './filed-receipts.ts'
import type { LoggedReceipt } from './find-in-log.ts'
import type { OpenLog } from './open-log.ts'

/** A receipt and its proof; without one where the log does not hold it yet. */
export interface Proven {
  readonly filed: FiledReceipt
  readonly index?: number
  /** The text of a `.tlog-proof`. */
  readonly proof?: string
}

/** Proves receipts, each by itself, under one checkpoint: the newest. */
export async function proveEach(
  receipts: readonly FiledReceipt[],
  { pending, bucket }: Pick<OpenLog, 'pending' | 'bucket'>,
): Promise<readonly Proven[]> {
  const places = await Promise.all(receipts.map(({ id }) => pending.placeOf(id)))
  // Where nothing is sealed, there may be no checkpoint either.
  const log = places.every((place) => place === undefined) ? undefined : await openLog(bucket)
  return Promise.all(receipts.map((filed, at) => prove(filed, places[at], log)))
}

/** The same of receipts that were found in a log. */
export function proveLogged(
  found: readonly LoggedReceipt[],
  log: PublishedLog,
): Promise<readonly Proven[]> {
  return Promise.all(found.map(({ filed, index }) => prove(filed, index, log)))
}

async function prove(
  filed: FiledReceipt,
  index: number | undefined,
  log: PublishedLog | undefined,
): Promise<Proven> {
  if (index === undefined || log === undefined) return { filed }
  return { filed, index, proof: await log.prove(index) }
}
