import { ReceiptsLogError } from '../../errors.ts'
import { type Hash, hashBytes } from '../tree/hash.ts'
import { fromBase64, toBase64 } from './base64.ts'

/** What a log says of itself at a time (C2SP tlog-checkpoint). */
export interface Checkpoint {
  /** The log's name, and that of its key. */
  readonly origin: string
  readonly size: number
  readonly root: Hash
  /** Milliseconds since the epoch: the one extension line, so that an old checkpoint can be told. */
  readonly time: number
}

const pattern = /^([^\n]+)\n(0|[1-9]\d{0,15})\n([^\n]+)\ntime ([^\n]+)\n$/

/** The text of a checkpoint, without its signatures. */
export function printCheckpoint({ origin, size, root, time }: Checkpoint): string {
  return `${origin}\n${size}\n${toBase64(root)}\ntime ${new Date(time).toISOString()}\n`
}

/** @throws ReceiptsLogError `malformed-checkpoint` */
export function parseCheckpoint(text: string): Checkpoint {
  const [, origin = '', digits, base64 = '', iso = ''] = pattern.exec(text) ?? []
  const root = fromBase64(base64)
  const checkpoint = { origin, size: Number(digits), time: Date.parse(iso) }
  const isRead =
    root?.length === hashBytes &&
    Number.isSafeInteger(checkpoint.size) &&
    Number.isFinite(checkpoint.time) &&
    printCheckpoint({ ...checkpoint, root }) === text
  if (!isRead)
    throw new ReceiptsLogError('malformed-checkpoint', 'not a checkpoint of a receipts log')
  return { ...checkpoint, root }
}

/**
 * The name of a deployment's log, in the form of an address without a scheme.
 *
 * @param project the slug or id of a project of Ory Network, or the host of a server of one's own
 */
export function originOf({
  stage,
  project,
}: {
  readonly stage: string
  readonly project: string
}): string {
  return `lapse/${encodeURIComponent(stage)}/${encodeURIComponent(project)}`
}
