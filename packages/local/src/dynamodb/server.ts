import type { IncomingMessage } from 'node:http'
import dynalite from 'dynalite'
import { type LocalService, serve } from '../loopback.ts'

export interface DynamoDbOptions {
  /** 0, the default, takes any free port. */
  readonly port?: number
}

/**
 * Starts dynalite in memory as a real DynamoDB server on loopback. It knows single-item conditional
 * writes, queries and scans; no transactions and no `UpdateTimeToLive`.
 *
 * @throws PortTakenError when another program has the port.
 */
export function startDynamoDb(options: DynamoDbOptions = {}): Promise<LocalService> {
  const server = dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 })
  server.on('request', outliveBrokenRequest)
  return serve(server, { name: 'DynamoDB', port: options.port ?? 0 })
}

// Dynalite throws whatever a request's stream reports, which would end this whole process when a
// function is killed in the middle of a call. Its listener is attached by the time ours runs.
function outliveBrokenRequest(request: IncomingMessage): void {
  request.removeAllListeners('error')
  request.on('error', () => undefined)
}
