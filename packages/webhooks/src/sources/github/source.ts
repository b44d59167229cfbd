import { bodyHmac } from '../../schemes/body-hmac.ts'
import type { Source } from '../../source.ts'

/** Anybody who signs as GitHub does, with events as docs/events.md has them. */
export const source: Source = {
  scheme: bodyHmac({ header: 'x-hub-signature-256' }),
  type: 'type',
  lane: 'lane',
  time: { member: 'time', in: 'rfc3339', absent: 'when-signed' },
  events: {
    'user.deleted': { event: 'user.deleted', subject: 'data.subject' },
    'user.suspended': { event: 'user.suspended', subject: 'data.subject' },
    'user.signed-out': { event: 'user.signed-out', subject: 'data.subject' },
    'app.offboarded': { event: 'app.offboarded', data: 'data' },
    'key.rotated': { event: 'key.rotated', data: 'data' },
  },
}
