import { ReceiptsLogError } from '../../errors.ts'
import { isCanonical } from '../leaf.ts'
import { type ProofFile, parseProof } from '../proof-file.ts'
import { leafHash, sameHash } from '../tree/hash.ts'
import { rootByInclusion } from '../tree/proofs.ts'
import { accepted, openHeads, told } from './heads.ts'
import type { Policy } from './policy.ts'
import type { Verification } from './verification.ts'

/** Verifies the proof of one receipt. */
export function verifyProof(text: string, policy: Policy): Verification {
  const proof = read(text)
  if (proof === undefined) return told('altered', 'it is not a proof as C2SP tlog-proof has it')

  const { heads, refusal } = openHeads(proof.checkpoint, policy)
  if (heads === undefined) return refusal
  const { index, leaf, path } = proof
  const covering = heads.attached
  if (covering === undefined) return told('altered', 'it holds no checkpoint')
  if (index >= covering.size)
    return told('not-yet-sealed', 'its checkpoint is older than the receipt', covering, index)

  const root = rootByInclusion(index, covering.size, leafHash(leaf), path)
  return root !== undefined && sameHash(root, covering.root) && isJsonEntry(leaf)
    ? { ...accepted(covering, heads, policy), index }
    : told('altered', 'this is not what the log holds at its place', covering, index)
}

function read(text: string): ProofFile | undefined {
  try {
    return parseProof(text)
  } catch (error) {
    if (error instanceof ReceiptsLogError) return undefined
    throw error
  }
}

function isJsonEntry(leaf: Uint8Array): boolean {
  const text = Buffer.from(leaf).toString()
  return Buffer.from(text).equals(leaf) && isCanonical(text)
}
