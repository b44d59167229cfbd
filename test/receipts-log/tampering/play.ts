import { isAccepted, parseVerifierKey, verify } from '@lapse/core/receipts-log'
import type { Tampering, Target } from './tamperings.ts'

/** One tampering, played. */
export interface Played {
  readonly name: string
  readonly index: number
  /** What is wrong with how it ended; `undefined` where it was refused as it has to be. */
  readonly problem: string | undefined
}

/** Tampers with a receipt, and has a verifier look who trusts the log's checkpoint. */
export async function play(
  target: Target,
  tampering: Tampering,
  index: number,
  random: number,
): Promise<Played> {
  const text = await tampering.apply(target, index, random)
  const policy = { key: parseVerifierKey(target.vkey), checkpoint: target.checkpoint }
  const verification = verify(text, policy)
  const { name, verdict } = tampering
  const isOther = verdict !== undefined && verdict !== verification.verdict
  return {
    name,
    index,
    problem: isAccepted(verification)
      ? 'it was accepted'
      : isOther
        ? `it ended in ${verification.verdict}, not ${verdict}`
        : undefined,
  }
}
