/**
 * Loaded into a function's process (`node --import`): says after every so many invocations how much
 * of its heap is in use once garbage is collected, in bytes, and which process says so.
 */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

const invocationsBetween = 50

setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')
const state = { invocations: 0 }

process.on('message', () => {
  state.invocations += 1
  if (state.invocations % invocationsBetween !== 1) return
  collectGarbage()
  const { pid } = process
  process.stdout.write(`${JSON.stringify({ pid, liveHeap: process.memoryUsage().heapUsed })}\n`)
})
