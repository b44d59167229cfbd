import { createPrivateKey } from 'node:crypto'
import type { KMSClientConfig } from '@aws-sdk/client-kms'
import { ConfigError } from '@lapse/core/errors'
import type { NoteSigner, SecretStore } from '@lapse/core/ports'
import { localSigner, type VerifierKey, verifierKey } from '@lapse/core/receipts-log'
import { kmsSigner } from './kms-signer.ts'
import type { ReceiptsLogSettings } from './settings/receipts-log.ts'

/** What a log is signed with, and the public key under the log's name. */
export interface LogSigner {
  readonly signer: NoteSigner
  readonly key: VerifierKey
}

/** @throws ConfigError where the key cannot be used */
export async function logSigner(
  { origin, signedBy }: Pick<ReceiptsLogSettings, 'origin' | 'signedBy'>,
  secrets: SecretStore,
  config: KMSClientConfig = {},
): Promise<LogSigner> {
  if ('secretId' in signedBy)
    return localSigner(origin, privateKeyIn(await secrets.get(signedBy.secretId)))
  const signer = kmsSigner(signedBy.keyId, config)
  return { signer, key: verifierKey(origin, await signer.publicKey()) }
}

function privateKeyIn(pem: string) {
  try {
    const key = createPrivateKey(pem)
    if (key.asymmetricKeyType === 'ed25519') return key
  } catch {
    // The parser's own error may quote what it was given.
  }
  throw new ConfigError('RECEIPTS_LOG_KEY_SECRET_ID: the secret holds no private key of Ed25519')
}
