import { readUtf8 } from '../../json/index.ts'
import { logFileStart, parseLogFile } from '../log-file.ts'
import { proofFileStart } from '../proof-file.ts'
import { verifyLog } from './log.ts'
import type { Policy } from './policy.ts'
import { verifyProof } from './proof.ts'
import type { Verification } from './verification.ts'

/** Verifies the bytes of a file; those that are not UTF-8 are not what a log wrote. */
export function verifyFile(bytes: Uint8Array, policy: Policy): Verification {
  const text = readUtf8(bytes)
  return text === undefined
    ? { verdict: 'altered', reason: 'it is not UTF-8' }
    : verify(text, policy)
}

/**
 * Verifies what a file holds: the proof of a receipt, or a log with all its receipts. Asks nobody.
 *
 * @param entity the text of the file
 */
export function verify(entity: string, policy: Policy): Verification {
  if (entity.startsWith(proofFileStart)) return verifyProof(entity, policy)
  if (logFileStart.test(entity)) return verifyLog(parseLogFile(entity), policy)
  if (entity.startsWith('{'))
    return {
      verdict: 'not-yet-sealed',
      reason: 'it is a receipt alone; what shows that the log holds it is its proof',
    }
  return { verdict: 'altered', reason: 'it is neither a proof of a receipt nor a log' }
}
