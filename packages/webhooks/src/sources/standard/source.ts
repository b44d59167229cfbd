import { standardWebhooks } from '../../schemes/standard-webhooks.ts'
import type { Source } from '../../source.ts'

/** Anybody who follows Standard Webhooks, with events as docs/events.md has them. */
export const source: Source = {
  scheme: standardWebhooks(),
  type: 'type',
  lane: 'lane',
  time: { member: 'timestamp', in: 'rfc3339', absent: 'refused' },
  events: {
    'user.deleted': { event: 'user.deleted', subject: 'data.subject' },
    'user.suspended': { event: 'user.suspended', subject: 'data.subject' },
    'user.signed-out': { event: 'user.signed-out', subject: 'data.subject' },
    'app.offboarded': { event: 'app.offboarded', data: 'data' },
    'key.rotated': { event: 'key.rotated', data: 'data' },
  },
}
