import { createHash, createHmac, createSecretKey, type KeyObject } from 'node:crypto'
import type { DynamoDbAccess } from './dynamodb-calls.ts'

/** What a call is signed for; no two of an endpoint differ in anything else. */
interface Signed {
  readonly operation: string
  readonly body: string
  /** Of the signature; AWS takes none that is more than some minutes off. */
  readonly at: Date
}

/** What is signed, in the order in which it has to be. */
const names = 'content-type;host;x-amz-date;x-amz-target'
const namesWithToken = 'content-type;host;x-amz-date;x-amz-security-token;x-amz-target'

const contentType = 'application/x-amz-json-1.0'

/**
 * Signs calls of DynamoDB by AWS's Signature Version 4, where all are posted to one path with the
 * same headers: what is the same for all is written once, and the key of a day derived once.
 * Returns the headers, names and values in turn. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function dynamoDbSigner({ region, endpoint, credentials }: DynamoDbAccess) {
  const { host, pathname } = new URL(endpoint)
  const { accessKeyId, secretAccessKey, sessionToken } = credentials
  const signed = sessionToken === undefined ? names : namesWithToken
  const beforeDate = `POST\n${escaped(pathname)}\n\ncontent-type:${contentType}\nhost:${host}\nx-amz-date:`
  const afterDate = `${sessionToken === undefined ? '' : `\nx-amz-security-token:${sessionToken}`}\nx-amz-target:`
  const always = ['content-type', contentType, 'host', host]
  if (sessionToken !== undefined) always.push('x-amz-security-token', sessionToken)
  let today: { readonly day: string; readonly scope: string; readonly key: KeyObject } | undefined

  function keyOf(day: string) {
    if (today?.day === day) return today
    const key = [region, 'dynamodb', 'aws4_request'].reduce(
      (derived, part) => hmac(derived, part).digest(),
      hmac(`AWS4${secretAccessKey}`, day).digest(),
    )
    today = { day, scope: `${day}/${region}/dynamodb/aws4_request`, key: createSecretKey(key) }
    return today
  }

  return ({ operation, body, at }: Signed): string[] => {
    const date = at.toISOString().replace(/-|:|\.\d+/g, '')
    const target = `DynamoDB_20120810.${operation}`
    const { scope, key } = keyOf(date.slice(0, 8))
    const canonical = `${beforeDate}${date}${afterDate}${target}\n\n${signed}\n${sha256(body)}`
    const signature = hmac(key, `AWS4-HMAC-SHA256\n${date}\n${scope}\n${sha256(canonical)}`)
    return [
      ...always,
      'x-amz-date',
      date,
      'x-amz-target',
      target,
      'authorization',
      `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${signed}, Signature=${signature.digest('hex')}`,
    ]
  }
}

function hmac(key: string | Buffer | KeyObject, text: string) {
  return createHmac('sha256', key).update(text)
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

/** A path is escaped once more for its signature, segment by segment; AWS leaves empty ones out. */
function escaped(path: string): string {
  return encodeURIComponent(path.replace(/\/{2,}/g, '/'))
    .replace(/%2F/g, '/')
    .replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
}
