import { parseKeyRotated } from '@lapse/core/events'
import { keyRotatedWorkflow } from './services/key-rotated.ts'
import { queueHandler } from './services/queue-worker.ts'

/** Queue `key-rotated`: one message, one new key of a trusted issuer. */
export const handler = queueHandler('key-rotated', {
  parse: parseKeyRotated,
  workflow: keyRotatedWorkflow,
})
