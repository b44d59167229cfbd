import type { Checkpoint } from '../note/checkpoint.ts'
import { sameHash } from '../tree/hash.ts'
import { openCheckpoint } from './open-checkpoint.ts'
import type { Policy } from './policy.ts'
import type { Verification } from './verification.ts'

/** The checkpoints at hand, all of them signed by the log's key. */
export interface Heads {
  /** The one that came with what is verified. */
  readonly attached: Checkpoint | undefined
  /** The one that the verifier brings. */
  readonly trusted: Checkpoint | undefined
}

type HeadsOrRefusal =
  | { readonly heads: Heads; readonly refusal?: undefined }
  | { readonly heads?: undefined; readonly refusal: Verification }

/** Opens both, and looks whether they contradict each other. */
export function openHeads(
  attached: string | undefined,
  { key, checkpoint }: Policy,
): HeadsOrRefusal {
  const own = openIfThere(attached, key, 'its checkpoint')
  const brought = openIfThere(checkpoint, key, 'the trusted checkpoint')
  const refusal = brought?.refusal ?? own?.refusal
  if (refusal !== undefined) return { refusal }

  const heads = { attached: own?.checkpoint, trusted: brought?.checkpoint }
  return areForked(heads)
    ? { refusal: told('forked', 'two checkpoints of one size have different roots', heads.trusted) }
    : { heads }
}

function openIfThere(note: string | undefined, key: Policy['key'], whose: string) {
  return note === undefined ? undefined : openCheckpoint(note, key, whose)
}

function areForked({ attached, trusted }: Heads): boolean {
  return (
    attached !== undefined &&
    trusted !== undefined &&
    attached.size === trusted.size &&
    !sameHash(attached.root, trusted.root)
  )
}

/**
 * What is in order, by the checkpoint that covers it: `expired` where none of those at hand is as
 * new as the verifier asks for.
 */
export function accepted(
  covering: Checkpoint,
  { attached, trusted }: Heads,
  { freshness }: Policy,
): Verification {
  const newest = Math.max(attached?.time ?? 0, trusted?.time ?? 0)
  if (freshness !== undefined && freshness.now - newest > freshness.maxAgeMs)
    return told('expired', 'no checkpoint is as new as was asked for', covering)
  return trusted?.size === covering.size
    ? told('valid', 'the trusted checkpoint covers it', covering)
    : told(
        'valid-as-of',
        "the log's own checkpoint covers it, and nothing that came later",
        covering,
      )
}

export function told(
  verdict: Verification['verdict'],
  reason: string,
  by?: Checkpoint,
  index?: number,
): Verification {
  return {
    verdict,
    reason,
    ...(by !== undefined && { asOf: { size: by.size, time: by.time } }),
    ...(index !== undefined && { index }),
  }
}
