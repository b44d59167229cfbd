import { logFileStart, parseLogFile } from '../log-file.ts'
import { proofFileStart } from '../proof-file.ts'
import { verifyLog } from './log.ts'
import type { Policy } from './policy.ts'
import { verifyProof } from './proof.ts'
import type { Verification } from './verification.ts'

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Verifies the bytes of a file; those that are not UTF-8 are not what a log wrote. */
export function verifyFile(bytes: Uint8Array, policy: Policy): Verification {
  try {
    return verify(utf8.decode(bytes), policy)
  } catch (error) {
    if ((error as { code?: string }).code !== 'ERR_ENCODING_INVALID_ENCODED_DATA') throw error
    return { verdict: 'altered', reason: 'it is not UTF-8' }
  }
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
