export { faultInJson, type JsonFault } from './fault.ts'
