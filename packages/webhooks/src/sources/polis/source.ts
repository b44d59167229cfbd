import { timestampedHmac } from '../../schemes/timestamped-hmac.ts'
import type { Source } from '../../source.ts'

/** Ory Polis' directory sync: users that an identity provider took away over SCIM. */
export const source: Source = {
  scheme: timestampedHmac({
    headers: ['ory-polis-signature', 'ory-signature', 'boxyhq-signature'],
  }),
  type: 'event',
  arrays: 'batches',
  // Polis sends whatever happens in a directory, and cannot be told to leave anything out.
  passedOver: [
    'user.created',
    'group.created',
    'group.updated',
    'group.deleted',
    'group.user_added',
    'group.user_removed',
  ],
  events: {
    'user.deleted': { event: 'user.deleted', subject: 'data.id' },
    // Most identity providers deactivate and never delete.
    'user.updated': {
      event: 'user.suspended',
      subject: 'data.id',
      where: { member: 'data.active', is: false },
      deactivation: true,
    },
  },
}
