export { door } from './door.ts'
export type { DoorServices, Stem } from './door-services.ts'
export { type LambdaHandler, webhookHandler } from './lambda.ts'
export { longest } from './receive.ts'
