import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { guardServer } from '@lapse/ory-emulator'
import { CommandError } from '../errors.ts'

/** Pages that are served on this machine. */
export interface Served {
  readonly url: string
  stop(): Promise<void>
}

/**
 * Listens on loopback, for requests under its own name and of no other origin's pages. What answers
 * is loaded with the first request.
 * @param ports in the order in which they are tried; 0 is any free one
 * @throws CommandError where none of them can be had
 */
export async function serveLazily(
  load: () => Promise<RequestListener>,
  ports: readonly number[],
): Promise<Served> {
  const loaded: { listener?: Promise<RequestListener> } = {}
  const server = createServer((request, response) => {
    loaded.listener ??= load()
    loaded.listener.then(
      (listener) => listener(request, response),
      () => response.writeHead(500).end(),
    )
  })
  guardServer(server)
  const port = await firstFree(server, ports)
  return {
    url: `http://127.0.0.1:${port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function firstFree(
  server: ReturnType<typeof createServer>,
  [port, ...others]: readonly number[],
): Promise<number> {
  try {
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
    return (server.address() as AddressInfo).port
  } catch (error) {
    if (others.length > 0) return firstFree(server, others)
    throw new CommandError(`port ${port} cannot be had; give another one with --port`, {
      cause: error,
    })
  }
}
