import { ReceiptsLogError } from '../../errors.ts'
import { type Checkpoint, parseCheckpoint } from '../note/checkpoint.ts'
import { judgeNote, parseNote } from '../note/signed-note.ts'
import type { VerifierKey } from '../note/verifier-key.ts'
import type { Verification } from './verification.ts'

export type Opened =
  | { readonly checkpoint: Checkpoint; readonly refusal?: undefined }
  | { readonly checkpoint?: undefined; readonly refusal: Verification }

/**
 * A checkpoint, if the log's key has signed it and it is that log's.
 * @param whose how the reason names it
 */
export function openCheckpoint(note: string, key: VerifierKey, whose: string): Opened {
  try {
    const signed = parseNote(note)
    const judgement = judgeNote(signed, key)
    if (judgement === 'unknown-key')
      return refuse('unknown-key', `${whose} is not signed by this key`)
    if (judgement === 'wrong-signature')
      return refuse('altered', `${whose} has a signature that is not the key's`)
    const checkpoint = parseCheckpoint(signed.text)
    if (checkpoint.origin !== key.name)
      return refuse('unknown-key', `${whose} is of another log than the key`)
    return { checkpoint }
  } catch (error) {
    if (!(error instanceof ReceiptsLogError)) throw error
    return refuse('altered', `${whose} is ${error.message}`)
  }
}

function refuse(verdict: 'unknown-key' | 'altered', reason: string): Opened {
  return { refusal: { verdict, reason } }
}
