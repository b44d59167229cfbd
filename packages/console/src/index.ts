export { type ConsoleApp, type ConsoleOptions, createConsole } from './console.ts'
export type * from './documents.ts'
export { listenerOf } from './listener.ts'
