import { createHmac } from 'node:crypto'
import { digestOf } from './digest.ts'
import { freshTime } from './freshness.ts'
import { anySame } from './same-text.ts'
import type { Proof, Scheme, SignedRequest } from './scheme.ts'

/**
 * `t=<milliseconds>,s=<hex>`, with HMAC-SHA-256 over `t`, a full stop and the body. There is no id,
 * so one is made of the source, `t` and the body.
 *
 * @param headers names the header may have; with several, any of them will do
 */
export function timestampedHmac({ headers }: { readonly headers: readonly string[] }): Scheme {
  return {
    replayable: false,
    mayBeSigned: (heading) =>
      headers.some((name) => signatureIn(heading.header(name), heading.now) !== undefined),
    verify: (request, secrets) => {
      const proofs = headers.map((name) => proofOf(request.header(name), request, secrets))
      return proofs.find((proof) => proof !== undefined)
    },
  }
}

function signatureIn(value = '', now: number) {
  const [, t = '', hex = ''] = /^t=(\d+),s=([0-9a-f]+)$/.exec(value) ?? []
  const at = freshTime(t, 1, now)
  return at === undefined ? undefined : { t, at, hex }
}

function proofOf(
  value: string | undefined,
  { source, body, now }: SignedRequest,
  secrets: readonly string[],
): Proof | undefined {
  const signature = signatureIn(value, now)
  if (signature === undefined) return undefined

  const { t, at, hex } = signature
  const expected = secrets.map((secret) =>
    createHmac('sha256', secret).update(`${t}.`).update(body).digest('hex'),
  )
  return anySame(expected, [hex]) ? { id: digestOf([source, t], body), at } : undefined
}
