import { once } from 'node:events'
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** One call that took capacity. A unit is 1 KB begun for a write, 4 KB begun for a read. */
export interface Metered {
  readonly kind: 'write' | 'read'
  /** The operation and what its key begins with: `PutItem user-deleted first`. */
  readonly what: string
  readonly units: number
  /** Of what was written, as JSON. */
  readonly bytes: number
}

type Item = Readonly<Record<string, { readonly S?: string }>>

interface Asked {
  readonly Item?: Item
  readonly Key?: Item
  readonly ExpressionAttributeValues?: Item
}

interface Answered {
  readonly __type?: string
  readonly ConsumedCapacity?: { readonly CapacityUnits: number }
}

/**
 * A proxy in front of a DynamoDB that has every call told its capacity, and adds up what it says:
 * of a write the larger of the item before and after, a deletion's too. A write whose condition
 * fails costs as much as the item it brought.
 */
export async function meteredDynamoDb(endpoint: string) {
  const calls: Metered[] = []
  const server = createServer((incoming, outgoing) => {
    forward(endpoint, incoming, outgoing, (call) => calls.push(call)).catch(() =>
      outgoing.destroy(),
    )
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo

  return {
    endpoint: `http://127.0.0.1:${port}`,
    /** What was called since the last time. */
    take: (): readonly Metered[] => calls.splice(0),
    stop() {
      server.closeAllConnections()
      server.close()
    },
  }
}

async function forward(
  endpoint: string,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  metered: (call: Metered) => void,
): Promise<void> {
  const { method, url } = incoming
  const { host: _host, ...headers } = incoming.headers
  const operation = String(headers['x-amz-target']).split('.').at(-1) ?? ''
  const asked = JSON.parse((await readAll(incoming)).toString()) as Asked
  const body = JSON.stringify({ ...asked, ReturnConsumedCapacity: 'TOTAL' })
  const onwards = request(`${endpoint}${url}`, {
    method,
    headers: { ...headers, 'content-length': Buffer.byteLength(body) },
  })
  onwards.end(body)
  const [answer] = (await once(onwards, 'response')) as [IncomingMessage]
  const text = await readAll(answer)
  metered(callOf(operation, asked, JSON.parse(text.toString()) as Answered))
  // Its checksum is of a body that this one is.
  outgoing.writeHead(answer.statusCode ?? 500, answer.headers).end(text)
}

function callOf(operation: string, asked: Asked, { ConsumedCapacity }: Answered): Metered {
  const bytes = asked.Item === undefined ? 0 : Buffer.byteLength(JSON.stringify(asked.Item))
  return {
    kind: operation === 'GetItem' || operation === 'Query' ? 'read' : 'write',
    what: `${operation} ${nameOf(asked)}`,
    units: ConsumedCapacity?.CapacityUnits ?? Math.max(1, Math.ceil(bytes / 1024)),
    bytes,
  }
}

/** Keys without what tells one event, user or client from another. */
function nameOf({ Item, Key, ExpressionAttributeValues }: Asked): string {
  const { pk, sk } = Item ?? Key ?? {}
  const partition = pk?.S ?? ExpressionAttributeValues?.[':open']?.S ?? ''
  const [name = ''] = partition.split('#')
  const sort = sk?.S ?? ''
  return /^[a-z-]+$/.test(sort) ? `${name} ${sort}` : `${name} entry`
}

async function readAll(stream: IncomingMessage): Promise<Buffer> {
  return Buffer.concat(await stream.toArray())
}
