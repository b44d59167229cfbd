import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type GuardOptions, guarded } from './guard.ts'

/** A port asked for belongs to somebody else. */
export class PortInUseError extends Error {
  override readonly name = 'PortInUseError'
  readonly port: number

  constructor(port: number, purpose: string, options?: ErrorOptions) {
    super(
      `port ${port} for the ${purpose} is in use on 127.0.0.1; choose another, or 0 for any`,
      options,
    )
    this.port = port
  }
}

export interface Listener {
  /** `http://127.0.0.1:<port>`. */
  readonly url: string
  close(): Promise<void>
}

/** Listens on loopback, on any free port for 0; keeps connections and takes headers as long as Hydra does. */
export async function listen(
  port: number,
  purpose: string,
  guard: GuardOptions,
  respond: RequestListener,
): Promise<Listener> {
  const server = createServer(
    { keepAliveTimeout: 120_000, maxHeaderSize: 1 << 20 },
    guarded(guard, respond),
  )
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) =>
      reject(cause.code === 'EADDRINUSE' ? new PortInUseError(port, purpose, { cause }) : cause),
    )
    server.listen(port, '127.0.0.1', resolve)
  })

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
