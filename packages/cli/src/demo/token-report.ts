import type { Ory } from '@lapse/core/ory'
import type { IssuedToken } from './sign-in.ts'

/** Whether a token was active at Ory before and after; without the token. */
export interface TokenReport {
  readonly subject: string
  readonly client_id: string
  readonly kind: IssuedToken['kind']
  readonly activeBefore: boolean
  readonly activeAfter: boolean
}

/** Asks Ory which tokens are active (RFC 7662), in their order. */
export function areActive(ory: Ory, tokens: readonly IssuedToken[]): Promise<readonly boolean[]> {
  return Promise.all(
    tokens.map(async ({ token }) => (await ory.introspectOAuth2Token({ token })).active),
  )
}

/** Puts both answers beside each token. */
export function tokenReports(
  tokens: readonly IssuedToken[],
  before: readonly boolean[],
  after: readonly boolean[],
): readonly TokenReport[] {
  return tokens.map(({ subject, client_id, kind }, index) => ({
    subject,
    client_id,
    kind,
    activeBefore: before[index] ?? false,
    activeAfter: after[index] ?? false,
  }))
}
