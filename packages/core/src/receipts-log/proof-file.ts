import { ReceiptsLogError } from '../errors.ts'
import { fromBase64, toBase64 } from './note/base64.ts'
import { type Hash, hashBytes } from './tree/hash.ts'

/** A receipt, and what shows that a log holds it (C2SP tlog-proof). Discloses no other receipt. */
export interface ProofFile {
  /** The receipt's entry: the extra data, which the proof itself bears out. */
  readonly leaf: Uint8Array
  readonly index: number
  /** From the leaf's neighbour to the root's child. */
  readonly path: readonly Hash[]
  /** The signed note, as it stands. */
  readonly checkpoint: string
}

export const proofFileStart = 'c2sp.org/tlog-proof@v1\n'

const pattern =
  /^c2sp\.org\/tlog-proof@v1\nextra ([^\n]+)\nindex (0|[1-9]\d{0,15})\n((?:[^\n]+\n)*)\n(.*)$/s

export function printProof({ leaf, index, path, checkpoint }: ProofFile): string {
  const hashes = path.map((hash) => `${toBase64(hash)}\n`).join('')
  return `${proofFileStart}extra ${toBase64(leaf)}\nindex ${index}\n${hashes}\n${checkpoint}`
}

/** @throws ReceiptsLogError `malformed-proof` */
export function parseProof(text: string): ProofFile {
  const [, extra = '', index, hashes = '', checkpoint = ''] = pattern.exec(text) ?? []
  const leaf = fromBase64(extra)
  const path = hashes.split('\n').slice(0, -1).map(fromBase64)
  if (leaf === undefined || !Number.isSafeInteger(Number(index)) || !path.every(isHash))
    throw new ReceiptsLogError('malformed-proof', 'not a proof of a receipt')
  return { leaf, index: Number(index), path: path.filter(isHash), checkpoint }
}

function isHash(bytes: Uint8Array | undefined): bytes is Hash {
  return bytes?.length === hashBytes
}
