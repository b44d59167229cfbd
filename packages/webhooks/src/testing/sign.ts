import { createHmac } from 'node:crypto'
import type { Headers } from './doorway.ts'

type Body = string | Uint8Array

/** How a request is signed; what is left out is as it should be at the doorway's start. */
export interface Signing {
  readonly secret?: string
  readonly id?: string
  /** Seconds since the epoch, as the header has them; milliseconds for Polis. */
  readonly timestamp?: string
  readonly prefix?: string
}

const defaultSecret = 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD'
const startSeconds = '1767323045'

/** Standard Webhooks, made from its specification and not with the library. */
export function signStandard(
  body: Body,
  {
    secret = defaultSecret,
    id = 'msg_1',
    timestamp = startSeconds,
    prefix = 'webhook',
  }: Signing = {},
): Headers {
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64')
  const hmac = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body)
  return {
    [`${prefix}-id`]: id,
    [`${prefix}-timestamp`]: timestamp,
    [`${prefix}-signature`]: `v1,${hmac.digest('base64')}`,
  }
}

export function signPolis(
  body: Body,
  { secret = defaultSecret, timestamp = `${startSeconds}000` }: Signing = {},
  header = 'ory-polis-signature',
): Headers {
  const hmac = createHmac('sha256', secret).update(`${timestamp}.`).update(body)
  return { [header]: `t=${timestamp},s=${hmac.digest('hex')}` }
}

export function signGitHub(
  body: Body,
  { secret = defaultSecret }: Signing = {},
  header = 'x-hub-signature-256',
): Headers {
  const hmac = createHmac('sha256', secret).update(body)
  return { [header]: `sha256=${hmac.digest('hex')}` }
}
