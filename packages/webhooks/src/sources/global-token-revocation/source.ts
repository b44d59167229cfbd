import { domainOf } from '../../revocation/domain.ts'
import { signedJwt } from '../../schemes/signed-jwt.ts'
import type { RevocationSource } from '../../source.ts'

/**
 * Global Token Revocation (draft-parecki-oauth-global-token-revocation), as Okta's Universal Logout
 * sends it: an identity provider says that a user is to be signed out.
 */
export const source: RevocationSource = {
  jwt: signedJwt({ typ: 'global-token-revocation+jwt' }),
  event: 'user.signed-out',
  // Drafts have called it both.
  subjects: ['sub_id', 'subject'],
  formats: {
    iss_sub: {
      members: ['iss', 'sub'],
      subject: 'sub',
      allows: ({ iss = '' }, { subjectIssuers = [] }) => subjectIssuers.includes(iss),
    },
    email: {
      members: ['email'],
      subject: 'email',
      allows: ({ email = '' }, { emailDomains = [] }) =>
        emailDomains.some((domain) => domain.toLowerCase() === domainOf(email)),
    },
    opaque: {
      members: ['id'],
      subject: 'id',
      allows: (_members, { opaqueIds = false }) => opaqueIds,
    },
  },
  lanes: 'incident',
}
