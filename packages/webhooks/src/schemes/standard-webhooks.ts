import { createHmac } from 'node:crypto'
import { ConfigError } from '@lapse/core/errors'
import { readUtf8 } from '@lapse/core/events'
import { Webhook } from 'standardwebhooks'
import { freshTime } from './freshness.ts'
import { anySame } from './same-text.ts'
import type { Heading, Scheme, SignedRequest } from './scheme.ts'

/** In bytes; Standard Webhooks has 24 at the least, and zeros at a key's end count for nothing in HMAC. */
const shortestKey = 16

/** What is signed beside the body. */
interface Signed {
  readonly id: string
  readonly at: number
  readonly body: Uint8Array
}

/**
 * Standard Webhooks, version 1: HMAC-SHA-256 over id, seconds and body, in a list of signatures
 * with blanks between them. A secret is base64, with `whsec_` before it or without.
 *
 * @param prefix what the three headers begin with: `svix` at Svix, who had them first
 */
export function standardWebhooks({ prefix = 'webhook' } = {}): Scheme {
  return {
    replayable: false,
    mayBeSigned: (heading) => headersOf(heading, prefix) !== undefined,
    verify: ({ header, body, source, now }: SignedRequest, secrets) => {
      const headers = headersOf({ header, now }, prefix)
      if (headers === undefined) return undefined

      const { id, at, given } = headers
      const expected = secrets.map((secret) => sign({ id, at, body }, secret, source))
      return anySame(expected, given) ? { id, at } : undefined
    },
  }
}

/** Signatures of other versions are none of ours: they begin otherwise. */
function headersOf({ header, now }: Heading, prefix: string) {
  const id = header(`${prefix}-id`)
  const at = freshTime(header(`${prefix}-timestamp`) ?? '', 1000, now)
  const signatures = (header(`${prefix}-signature`) ?? '').split(' ')
  const given = signatures.filter((signature) => signature.startsWith('v1,'))
  // What is signed would read the same where the id ended at its full stop.
  const isOne = id && !id.includes('.')
  return isOne && at !== undefined && given.length > 0 ? { id, at, given } : undefined
}

function sign({ id, at, body }: Signed, secret: string, source: string): string {
  const webhook = webhookOf(secret, source)
  const text = readUtf8(body)
  if (text !== undefined) return webhook.sign(id, new Date(at), text)

  // The library signs text only. Bytes that are none are refused for that, and not as badly signed.
  const hmac = createHmac('sha256', Buffer.from(secret.replace(/^whsec_/, ''), 'base64'))
  hmac.update(`${id}.${at / 1000}.`).update(body)
  return `v1,${hmac.digest('base64')}`
}

function webhookOf(secret: string, source: string): Webhook {
  const bytes = Buffer.from(secret.replace(/^whsec_/, ''), 'base64').length
  if (bytes < shortestKey)
    throw new ConfigError(
      `a secret of the webhook source ${source} is shorter than ${shortestKey} bytes; set it anew`,
    )
  try {
    return new Webhook(secret)
  } catch {
    // The library's error may quote the secret one day.
    throw new ConfigError(`a secret of the webhook source ${source} is not base64; set it anew`)
  }
}
