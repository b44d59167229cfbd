import { handle } from 'hono/aws-lambda'
import { door } from './door.ts'
import type { DoorServices } from './door-services.ts'

/** What Lambda calls for a function URL, payload format 2.0. */
export type LambdaHandler = ReturnType<typeof handle>

/** The door as the handler of a Lambda function URL. */
export function webhookHandler(services: () => Promise<DoorServices>): LambdaHandler {
  return handle(door(services))
}
