export {
  type Delivered,
  deliver,
  type Message,
  postpone,
  type Worker,
} from './deliver.ts'
export { attributesOf, type Envelope, readEnvelope } from './envelope.ts'
