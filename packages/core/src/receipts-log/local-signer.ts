import { createPublicKey, type KeyObject, sign } from 'node:crypto'
import type { NoteSigner } from '../ports/index.ts'
import { type VerifierKey, verifierKey } from './note/verifier-key.ts'

/** A signer with a private key of Ed25519 in this process, and the public key under a log's name. */
export function localSigner(
  name: string,
  privateKey: KeyObject,
): { readonly signer: NoteSigner; readonly key: VerifierKey } {
  const { x = '' } = createPublicKey(privateKey).export({ format: 'jwk' })
  return {
    signer: { sign: async (text) => sign(null, text, privateKey) },
    key: verifierKey(name, Buffer.from(x, 'base64url')),
  }
}
