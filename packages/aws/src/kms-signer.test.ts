import { generateKeyPairSync, sign } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { ConfigError, UnavailableError } from '@lapse/core/errors'
import { printVerifierKey } from '@lapse/core/receipts-log'
import { expect, onTestFinished, test } from 'vitest'
import { kmsSigner } from './kms-signer.ts'
import { logSigner } from './log-signer.ts'

const pair = generateKeyPairSync('ed25519')
const limits = { connectMs: 60_000, answerMs: 60_000, attempts: 1, callMs: 60_000 }

interface Asked {
  readonly action: string
  readonly input: Readonly<Record<string, string>>
}

/** KMS as far as signing goes, by AWS's protocol. */
async function kms(
  answer: (asked: Asked) => readonly [number, object] = answerOf,
): Promise<{ readonly config: object; readonly asked: readonly Asked[] }> {
  const asked: Asked[] = []
  const server = createServer(async (request, response) => {
    const action = String(request.headers['x-amz-target']).replace('TrentService.', '')
    const one = { action, input: JSON.parse(await text(request)) }
    asked.push(one)
    const [status, body] = answer(one)
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' })
    response.end(JSON.stringify(body))
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' }
  return { asked, config: { endpoint, region: 'eu-central-1', credentials, limits } }
}

function answerOf({ action, input }: Asked, { publicKey, privateKey } = pair): [number, object] {
  if (action === 'GetPublicKey') {
    const spki = publicKey.export({ format: 'der', type: 'spki' })
    return [200, { PublicKey: spki.toString('base64') }]
  }
  const signature = sign(null, Buffer.from(input['Message'] ?? '', 'base64'), privateKey)
  return [200, { Signature: signature.toString('base64') }]
}

test('has KMS sign the text itself, with Ed25519 and nothing hashed before', async () => {
  const { config, asked } = await kms()
  const signature = await kmsSigner('arn:key', config).sign(Buffer.from('lapse/x\n1\n'))

  expect(signature).toEqual(
    new Uint8Array(sign(null, Buffer.from('lapse/x\n1\n'), pair.privateKey)),
  )
  expect(asked).toEqual([
    {
      action: 'Sign',
      input: {
        KeyId: 'arn:key',
        Message: Buffer.from('lapse/x\n1\n').toString('base64'),
        MessageType: 'RAW',
        SigningAlgorithm: 'ED25519_SHA_512',
      },
    },
  ])
})

test('gives the public key under the name of the log, and asks for it once', async () => {
  const { config, asked } = await kms()
  const secrets = { get: () => Promise.reject(new Error('no secret is read')) }
  const settings = { origin: 'lapse/test/ory', signedBy: { keyId: 'arn:key' } }
  const { key } = await logSigner(settings, secrets, config)

  expect(printVerifierKey(key)).toMatch(/^lapse\/test\/ory\+[\da-f]{8}\+A/)
  expect(Buffer.from(key.publicKey).toString('base64url')).toBe(
    pair.publicKey.export({ format: 'jwk' }).x,
  )
  expect(asked).toHaveLength(1)
})

test('refuses a key that is not of Ed25519, and one that may not be used', async () => {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const other = await kms((asked) => answerOf(asked, rsa as unknown as typeof pair))
  await expect(kmsSigner('arn:key', other.config).publicKey()).rejects.toThrow(
    /^key arn:key is not of Ed25519; make one with ECC_NIST_EDWARDS25519$/,
  )

  const denying = await kms(() => [400, { __type: 'AccessDeniedException', message: 'no' }])
  await expect(kmsSigner('arn:key', denying.config).sign(Buffer.of(1))).rejects.toThrow(ConfigError)
  const failing = await kms(() => [500, { __type: 'KMSInternalException', message: 'later' }])
  await expect(kmsSigner('arn:key', failing.config).sign(Buffer.of(1))).rejects.toThrow(
    UnavailableError,
  )
})

test('signs with a private key out of a secret where there is no KMS, and quotes none of it', async () => {
  const pem = pair.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString()
  const settings = { origin: 'lapse/local/x', signedBy: { secretId: 's' } }
  const { signer, key } = await logSigner(settings, { get: async () => pem })

  expect(await signer.sign(Buffer.of(7))).toHaveLength(64)
  expect(key.name).toBe('lapse/local/x')
  const broken = logSigner(settings, { get: async () => pem.slice(0, 60) })
  await expect(broken).rejects.toThrow(/holds no private key of Ed25519$/)
})
