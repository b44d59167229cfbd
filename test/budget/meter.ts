/**
 * Loaded into a function's process (`node --import`): says of every invocation how long it took, and
 * for how much of it the process idled with no request under way, neither to Ory nor to AWS.
 */
import { subscribe } from 'node:diagnostics_channel'
import { performance } from 'node:perf_hooks'

const state = { underWay: 0, invokedAt: 0, idleAt: 0, waitedMs: 0 }
const idle = () => performance.eventLoopUtilization().idle

function changed(by: 1 | -1): void {
  if (state.underWay === 0) state.waitedMs += idle() - state.idleAt
  state.underWay += by
  state.idleAt = idle()
}

const begins = ['undici:request:create', 'http.client.request.start']
const ends = [
  'undici:request:trailers',
  'undici:request:error',
  'http.client.request.error',
  'http.client.response.finish',
]
for (const name of begins) subscribe(name, () => changed(1))
for (const name of ends) subscribe(name, () => changed(-1))

process.on('message', () => {
  Object.assign(state, { invokedAt: performance.now(), idleAt: idle(), waitedMs: 0 })
})

const send = process.send?.bind(process)
process.send = ((message: { readonly type?: string }, ...rest: []) => {
  if (message.type === 'response' || message.type === 'error') {
    if (state.underWay === 0) state.waitedMs += idle() - state.idleAt
    const tookMs = performance.now() - state.invokedAt
    process.stdout.write(`${JSON.stringify({ metered: { tookMs, waitedMs: state.waitedMs } })}\n`)
  }
  return send?.(message, ...rest)
}) as NonNullable<typeof process.send>
