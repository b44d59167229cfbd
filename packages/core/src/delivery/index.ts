export { deliver, postpone } from './deliver.ts'
export { attributesOf, type Envelope } from './envelope.ts'
export type { Delivered, Message } from './message.ts'
export type { Worker } from './worker.ts'
