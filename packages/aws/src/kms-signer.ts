import { createPublicKey } from 'node:crypto'
import type { KMSClientConfig } from '@aws-sdk/client-kms'
import { ConfigError } from '@lapse/core/errors'
import type { NoteSigner } from '@lapse/core/ports'
import { boundedClient, type WithLimits } from './client-settings.ts'
import { asMisconfiguration } from './misconfiguration.ts'
import { once } from './once.ts'

/** A signer whose private key nobody has. */
export interface KmsSigner extends NoteSigner {
  /** 32 bytes, asked for once. @throws ConfigError where it is not a key of Ed25519 */
  publicKey(): Promise<Uint8Array>
}

/** Ed25519 in KMS (`ECC_NIST_EDWARDS25519`), over the text as it is. */
export function kmsSigner(keyId: string, config: WithLimits<KMSClientConfig> = {}): KmsSigner {
  const client = once(async () => boundedClient((await import('./kms-sdk.ts')).KMSClient, config))
  const failed = (error: unknown): never => {
    throw asMisconfiguration(error, `key ${keyId}`)
  }
  return {
    async sign(Message) {
      const { SignCommand } = await import('./kms-sdk.ts')
      const command = new SignCommand({
        KeyId: keyId,
        Message,
        MessageType: 'RAW',
        SigningAlgorithm: 'ED25519_SHA_512',
      })
      const { Signature } = await (await client()).send(command).catch(failed)
      if (Signature?.length === 64) return Signature
      throw new ConfigError(`key ${keyId} gives no signature of Ed25519; make it anew`)
    },
    publicKey: once(async () => {
      const { GetPublicKeyCommand } = await import('./kms-sdk.ts')
      const command = new GetPublicKeyCommand({ KeyId: keyId })
      const { PublicKey } = await (await client()).send(command).catch(failed)
      return rawKey(PublicKey, keyId)
    }),
  }
}

/** KMS gives a SubjectPublicKeyInfo (DER). */
function rawKey(spki: Uint8Array | undefined, keyId: string): Uint8Array {
  const key = createPublicKey({ key: Buffer.from(spki ?? []), format: 'der', type: 'spki' })
  if (key.asymmetricKeyType !== 'ed25519')
    throw new ConfigError(`key ${keyId} is not of Ed25519; make one with ECC_NIST_EDWARDS25519`)
  return Buffer.from(key.export({ format: 'jwk' }).x ?? '', 'base64url')
}
