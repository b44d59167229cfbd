import { createHash, createHmac } from 'node:crypto'
import { SignatureV4 } from '@smithy/signature-v4'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { dynamoDbSigner } from './dynamodb-signature.ts'

/** What AWS's signer wants of a digest. */
class Sha256 {
  readonly #digesting
  constructor(key?: string | ArrayBuffer | ArrayBufferView) {
    const bytes = typeof key === 'string' ? key : new Uint8Array(bytesOf(key))
    this.#digesting = key === undefined ? createHash('sha256') : createHmac('sha256', bytes)
  }
  update(data: string | Uint8Array) {
    this.#digesting.update(data)
  }
  async digest() {
    return new Uint8Array(this.#digesting.digest())
  }
  reset() {}
}

function bytesOf(key: ArrayBuffer | ArrayBufferView | undefined): ArrayBuffer {
  if (key === undefined) return new ArrayBuffer(0)
  return ArrayBuffer.isView(key)
    ? (key.buffer.slice(key.byteOffset, key.byteOffset + key.byteLength) as ArrayBuffer)
    : key
}

const word = fc.stringMatching(/^[A-Za-z0-9/+=]{1,40}$/)
const path = fc
  .array(fc.stringMatching(/^[A-Za-z0-9 ._~!'()*%$&+,;=:@é-]{0,8}$/), { maxLength: 3 })
  .map((segments) => `/${segments.map(encodeURIComponent).join('/')}`)

const access = fc.record({
  region: fc.constantFrom('us-east-1', 'eu-central-1', 'us-gov-west-1'),
  endpoint: fc
    .tuple(
      fc.constantFrom('https://dynamodb.eu-central-1.amazonaws.com', 'http://127.0.0.1:8000'),
      path,
    )
    .map(([origin, at]) => `${origin}${at}`),
  credentials: fc.record(
    { accessKeyId: word, secretAccessKey: word, sessionToken: word },
    { requiredKeys: ['accessKeyId', 'secretAccessKey'] },
  ),
})
const call = fc.record({
  operation: fc.constantFrom('GetItem', 'BatchWriteItem'),
  body: fc.json(),
  at: fc.date({ min: new Date('2020-01-01'), max: new Date('2040-01-01'), noInvalidDate: true }),
})

test('signs every call as AWS’s own signer does', async () => {
  await fc.assert(
    fc.asyncProperty(access, fc.array(call, { minLength: 1, maxLength: 4 }), async (to, calls) => {
      const { protocol, hostname, host, port, pathname } = new URL(to.endpoint)
      const theirs = new SignatureV4({
        service: 'dynamodb',
        region: to.region,
        credentials: to.credentials,
        sha256: Sha256,
        applyChecksum: false,
      })
      const sign = dynamoDbSigner(to)
      for (const { operation, body, at } of calls) {
        const { headers } = await theirs.sign(
          {
            method: 'POST',
            protocol,
            hostname,
            ...(port === '' ? {} : { port: Number(port) }),
            path: pathname,
            query: {},
            headers: {
              host,
              'content-type': 'application/x-amz-json-1.0',
              'x-amz-target': `DynamoDB_20120810.${operation}`,
            },
            body,
          },
          { signingDate: at },
        )
        const ours = sign({ operation, body, at })
        const pairs = ours.flatMap((value, n) => (n % 2 === 0 ? [[value, ours[n + 1]]] : []))
        expect(Object.fromEntries(pairs)).toEqual(headers)
      }
    }),
  )
})
