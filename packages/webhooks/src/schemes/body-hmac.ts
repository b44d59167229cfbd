import { createHmac } from 'node:crypto'
import { provenByContent } from './hourly-id.ts'
import { anySame } from './same-text.ts'
import type { Scheme } from './scheme.ts'

/** `sha256=<hex>`, with HMAC-SHA-256 over the body and nothing else. */
export function bodyHmac({ header }: { readonly header: string }): Scheme {
  return {
    replayable: true,
    mayBeSigned: (heading) => /^sha256=[0-9a-f]{64}$/.test(heading.header(header) ?? ''),
    verify: (request, secrets) => {
      const expected = secrets.map(
        (secret) => `sha256=${createHmac('sha256', secret).update(request.body).digest('hex')}`,
      )
      const given = request.header(header) ?? ''
      return anySame(expected, [given]) ? provenByContent(request) : undefined
    },
  }
}
