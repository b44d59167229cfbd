export { leafOf } from './leaf.ts'
export { localSigner } from './local-signer.ts'
export { type LogEntry, type LogFile, parseLogFile, printLogEnd, printLogLine } from './log-file.ts'
export { type Checkpoint, originOf, parseCheckpoint, printCheckpoint } from './note/checkpoint.ts'
export {
  judgeNote,
  type NoteSignature,
  parseNote,
  printNote,
  type SignedNote,
} from './note/signed-note.ts'
export {
  parseVerifierKey,
  printVerifierKey,
  type VerifierKey,
  verifierKey,
} from './note/verifier-key.ts'
export { type ProofFile, parseProof, printProof } from './proof-file.ts'
export { openLog, type PublishedLog } from './published-log.ts'
export type { Unsealable } from './seal/choose.ts'
export { checkpointPath, newestPath } from './seal/publish.ts'
export { headKey, type Sealed, type SealServices, seal } from './seal/seal.ts'
export { type Hash, leafHash, nodeHash } from './tree/hash.ts'
export { isConsistent, rootByInclusion, type Tree } from './tree/proofs.ts'
export { rootOf } from './tree/root.ts'
export type { Policy } from './verify/policy.ts'
export {
  isAccepted,
  type Verdict,
  type Verification,
  verdicts,
} from './verify/verification.ts'
export { verify, verifyFile } from './verify/verify.ts'
