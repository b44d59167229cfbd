import { sharedSecret } from '../../schemes/shared-secret.ts'
import type { Source } from '../../source.ts'

/** Ory Actions (web hooks of Kratos), whose bodies are written by the operator's own Jsonnet. */
export const source: Source = {
  scheme: sharedSecret({ header: 'x-lapse-secret' }),
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
