import { standardWebhooks } from '../../schemes/standard-webhooks.ts'
import type { Source } from '../../source.ts'

/** Clerk, which sends through Svix. */
export const source: Source = {
  scheme: standardWebhooks({ prefix: 'svix' }),
  type: 'type',
  time: { member: 'timestamp', in: 'milliseconds', absent: 'when-signed' },
  events: {
    'user.deleted': { event: 'user.deleted', subject: 'data.id' },
  },
}
