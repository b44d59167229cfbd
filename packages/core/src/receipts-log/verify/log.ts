import type { LogEntry, LogFile } from '../log-file.ts'
import type { Checkpoint } from '../note/checkpoint.ts'
import { type Hash, leafHash, sameHash } from '../tree/hash.ts'
import { rootOf } from '../tree/root.ts'
import { accepted, type Heads, openHeads, told } from './heads.ts'
import type { Policy } from './policy.ts'
import type { Verification } from './verification.ts'

/** Verifies a log with all of its receipts. */
export function verifyLog({ entries, checkpoint }: LogFile, policy: Policy): Verification {
  const { heads, refusal } = openHeads(checkpoint, policy)
  if (heads === undefined) return refusal
  const covering = heads.attached ?? heads.trusted
  if (covering === undefined)
    return told('not-yet-sealed', 'no checkpoint stands with it, and none was brought')

  return judgeEntries(entries, covering, heads) ?? accepted(covering, heads, policy)
}

/** What is wrong with the receipts, if anything is. */
function judgeEntries(
  lines: LogFile['entries'],
  covering: Checkpoint,
  heads: Heads,
): Verification | undefined {
  const unreadable = lines.indexOf(undefined)
  if (unreadable >= 0)
    return told('altered', 'a line is not an entry of a log', covering, unreadable)

  const entries = lines.filter((line) => line !== undefined)
  const sorted = entries.toSorted((a, b) => a.index - b.index)
  const gap = sorted.findIndex(({ index }, at) => index !== at)
  if (gap >= 0) return judgeGap(sorted, gap, covering)
  const hashes = sorted.map(({ leaf }) => leafHash(leaf))
  return (
    judgeLength(hashes, covering) ??
    judgeOrder(entries, covering) ??
    judgeAgainstTrusted(hashes, covering, heads.trusted)
  )
}

function judgeGap(sorted: readonly LogEntry[], gap: number, covering: Checkpoint): Verification {
  const isRepeated = (sorted[gap]?.index ?? 0) < gap
  return isRepeated
    ? told('altered', 'two lines have the same place', covering, gap - 1)
    : told('missing', 'a receipt before others is not there', covering, gap)
}

function judgeLength(hashes: readonly Hash[], covering: Checkpoint): Verification | undefined {
  const { size, root } = covering
  if (hashes.length < size)
    return told('truncated-tail', 'the last receipts are not there', covering, hashes.length)
  if (!sameHash(rootOf(hashes.slice(0, size)), root))
    return told('altered', 'the receipts are not those that the checkpoint covers', covering)
  return hashes.length > size
    ? told('not-yet-sealed', 'the last receipts are newer than the checkpoint', covering, size)
    : undefined
}

function judgeOrder(entries: readonly LogEntry[], covering: Checkpoint): Verification | undefined {
  const stray = entries.findIndex(({ index }, at) => index !== at)
  return stray < 0
    ? undefined
    : told('reordered', 'the receipts are not in the order of the log', covering, stray)
}

/** @param hashes those of all the receipts that the log's own checkpoint covers */
function judgeAgainstTrusted(
  hashes: readonly Hash[],
  covering: Checkpoint,
  trusted: Checkpoint | undefined,
): Verification | undefined {
  if (trusted === undefined) return undefined
  if (trusted.size > covering.size)
    return told(
      'truncated-tail',
      'the trusted checkpoint has more receipts',
      trusted,
      hashes.length,
    )
  return sameHash(rootOf(hashes.slice(0, trusted.size)), trusted.root)
    ? undefined
    : told('forked', 'the log is not the one that the trusted checkpoint is of', trusted)
}
