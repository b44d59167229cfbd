export { mostReceives } from './dead-letter.ts'
export { deliver, postpone } from './deliver.ts'
export {
  attributesOf,
  type Envelope,
  isCalledDerived,
  messageIdName,
  readEnvelope,
  reasonName,
  sealName,
} from './envelope.ts'
export type { Delivered, Message } from './message.ts'
export {
  type ClosedLetter,
  type MootBecause,
  type MootFacts,
  type MootReceipt,
  mootReceipt,
} from './moot-receipt.ts'
export { redrivenName, timesRedriven, withinLimit } from './redriven.ts'
export type { Worker } from './worker.ts'
export {
  type MootReceiptRow,
  type MootReceiptServices,
  writeMootReceipt,
} from './write-moot-receipt.ts'
