import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type GuardOptions, guardServer } from '@lapse/ory-emulator'
import { PortTakenError } from './errors.ts'

/** Nothing local ever listens anywhere else. */
export const LOOPBACK = '127.0.0.1'

/** A server of ours that is ready; `endpoint` is what `AWS_ENDPOINT_URL_<SERVICE>` takes. */
export interface LocalService {
  readonly endpoint: string
  readonly port: number
  /** Ends every connection and frees the port; again, it does nothing. */
  stop(): Promise<void>
}

/** Turns the operating system's answer about a port into the error that says what to do. */
export function portError(service: string, port: number, error: unknown): unknown {
  const taken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'
  return taken ? new PortTakenError(service, port, { cause: error }) : error
}

/**
 * Listens on loopback, behind a guard against pages of other origins, and answers with the running
 * service. Every listener for requests has to be attached before.
 *
 * @throws PortTakenError when another program has the port; port 0 takes any free one.
 */
export async function serve(
  server: Server,
  service: { readonly name: string; readonly port: number },
  guard: GuardOptions = {},
): Promise<LocalService> {
  guardServer(server, guard)
  server.listen(service.port, LOOPBACK)
  await once(server, 'listening').catch((error: unknown) => {
    throw portError(service.name, service.port, error)
  })
  const { port } = server.address() as AddressInfo

  return { endpoint: `http://${LOOPBACK}:${port}`, port, stop: () => close(server) }
}

function close(server: Server): Promise<void> {
  if (!server.listening) return Promise.resolve()
  return new Promise((resolve, reject) => {
    server.close((error) => (error ? reject(error) : resolve()))
    server.closeAllConnections()
  })
}
