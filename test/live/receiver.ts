import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

/** Something a server calls: it answers as it is told to and counts. */
export interface Receiver {
  readonly url: string
  /** When each call came, in milliseconds since the first. */
  readonly calls: () => readonly number[]
  /** What was sent, call by call. */
  readonly bodies: () => readonly string[]
  readonly [Symbol.asyncDispose]: () => Promise<void>
}

export interface Reply {
  /** 0 drops the connection. */
  readonly status: number
  readonly body?: string
}

/** Listens on this machine; `replies` in their order, the last again and again. */
export const startReceiver = async (replies: readonly Reply[]): Promise<Receiver> => {
  const times: number[] = []
  const bodies: string[] = []
  const server = createServer(async (incoming, outgoing) => {
    const reply = replies[Math.min(times.length, replies.length - 1)]
    times.push(performance.now())
    bodies.push(await text(incoming))
    if (!reply?.status) incoming.socket.destroy()
    else outgoing.writeHead(reply.status, { 'Content-Type': 'application/json' }).end(reply.body)
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo

  return {
    url: `http://127.0.0.1:${port}`,
    calls: () => times.map((time) => time - (times[0] ?? 0)),
    bodies: () => bodies,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
