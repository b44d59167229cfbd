import { createHash } from 'node:crypto'
import { shortest } from '../usable-secrets.ts'
import { provenByContent } from './hourly-id.ts'
import { anySame } from './same-text.ts'
import type { Heading, Scheme } from './scheme.ts'

/**
 * No signature: the secret itself comes along, as a bearer token, as the password of basic
 * authentication, as `Authorization` on its own, or in a header of its own.
 */
export function sharedSecret({ header }: { readonly header: string }): Scheme {
  return {
    replayable: true,
    mayBeSigned: (heading) =>
      secretsIn(heading, header).some((secret) => secret.length >= shortest),
    verify: (request, secrets) => {
      // Digests have one length, so that comparing them does not tell how long the secret is.
      const given = secretsIn(request, header).map(digest)
      return anySame(secrets.map(digest), given) ? provenByContent(request) : undefined
    },
  }
}

function secretsIn({ header }: Heading, own: string): readonly string[] {
  const authorization = header('authorization')
  const [, bearer] = /^bearer +(.*)$/i.exec(authorization ?? '') ?? []
  const [, basic] = /^basic +(.*)$/i.exec(authorization ?? '') ?? []
  const given = [authorization, bearer, passwordIn(basic), header(own)]
  return given.filter((secret) => secret !== undefined)
}

/** A user's name has no colon; a password may have some. */
function passwordIn(credentials: string | undefined): string | undefined {
  if (credentials === undefined) return undefined
  return /^[^:]*:(.*)$/s.exec(Buffer.from(credentials, 'base64').toString())?.[1]
}

function digest(secret: string): string {
  return createHash('sha256').update(secret).digest('hex')
}
