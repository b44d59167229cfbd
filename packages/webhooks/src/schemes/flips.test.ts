import fc from 'fast-check'
import { expect, test } from 'vitest'
import { loadSource } from '../load-source.ts'
import type { Source } from '../source.ts'
import { type Headers, otherSecret, secret } from '../testing/doorway.ts'
import { signGitHub, signPolis, signStandard } from '../testing/sign.ts'
import { signedRequest } from '../testing/signed-request.ts'

const runs = 2_500

/** Text and what is none: the two are not signed by the same code. */
const body = fc.oneof(
  fc.string({ minLength: 1, maxLength: 200, unit: 'binary' }).map((text) => Buffer.from(text)),
  fc.uint8Array({ minLength: 1, maxLength: 200 }),
)

const signers: Readonly<Record<string, (body: Uint8Array) => Headers>> = {
  standard: (body) => signStandard(body),
  clerk: (body) => signStandard(body, { prefix: 'svix' }),
  polis: (body) => signPolis(body),
  github: (body) => signGitHub(body),
}

function flipInBytes(bytes: Uint8Array, bit: number): Uint8Array {
  const flipped = Uint8Array.from(bytes)
  const at = Math.floor(bit / 8) % bytes.length
  flipped[at] = (flipped[at] ?? 0) ^ (1 << (bit % 8))
  return flipped
}

function flipInHeaders(headers: Headers, bit: number): Headers {
  const names = Object.keys(headers)
  const name = names[bit % names.length] ?? ''
  const flipped = flipInBytes(Buffer.from(headers[name] ?? '', 'latin1'), bit)
  return { ...headers, [name]: Buffer.from(flipped).toString('latin1') }
}

test.each(Object.keys(signers))(
  'takes no request to %s of which one bit is another',
  async (source) => {
    const { scheme } = (await loadSource(source)) as Source
    const isTaken = (body: Uint8Array, headers: Headers) =>
      scheme.verify(signedRequest(body, headers, { source }), [otherSecret, secret]) !== undefined
    const taken = { flipped: 0, asSigned: 0 }

    fc.assert(
      fc.property(
        body,
        fc.constantFrom('body', 'headers'),
        fc.nat({ max: 1_000_000 }),
        (bytes, where, bit) => {
          const headers = signers[source]?.(bytes) ?? {}
          taken.asSigned += Number(isTaken(bytes, headers))
          taken.flipped += Number(
            where === 'body'
              ? isTaken(flipInBytes(bytes, bit), headers)
              : isTaken(bytes, flipInHeaders(headers, bit)),
          )
        },
      ),
      { numRuns: runs },
    )

    expect(taken).toEqual({ flipped: 0, asSigned: runs })
  },
)
