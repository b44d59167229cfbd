import { webhookHandler } from '@lapse/webhooks'
import { doorServices } from './services/webhook.ts'

/** The function URL: webhooks that are signed become messages on their queues. */
export const handler = webhookHandler(doorServices)
