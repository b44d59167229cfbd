import { standardWebhooks } from '../../schemes/standard-webhooks.ts'
import type { Source } from '../../source.ts'

/** CloudEvents 1.0 in structured mode, signed by Standard Webhooks. */
export const source: Source = {
  scheme: standardWebhooks(),
  type: 'type',
  events: {
    'user.deleted': { event: 'user.deleted', itself: true },
    'app.offboarded': { event: 'app.offboarded', itself: true },
    'key.rotated': { event: 'key.rotated', itself: true },
  },
}
