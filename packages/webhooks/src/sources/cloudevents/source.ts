import { standardWebhooks } from '../../schemes/standard-webhooks.ts'
import type { Source } from '../../source.ts'

/** CloudEvents 1.0 in structured mode, one or a batch of them, signed by Standard Webhooks. */
export const source: Source = {
  scheme: standardWebhooks(),
  type: 'type',
  arrays: 'batches',
  events: {
    'user.deleted': { event: 'user.deleted', itself: true },
    'user.suspended': { event: 'user.suspended', itself: true },
    'user.signed-out': { event: 'user.signed-out', itself: true },
    'app.offboarded': { event: 'app.offboarded', itself: true },
    'key.rotated': { event: 'key.rotated', itself: true },
  },
}
