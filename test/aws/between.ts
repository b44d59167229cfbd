import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

/** What was asked of DynamoDB. */
export interface Asked {
  /** `PutItem`, `Query`. */
  readonly operation: string
  readonly input: Readonly<Record<string, unknown>>
}

/** What becomes of a request: passed on, answered here, or not answered well. */
export type Fate = 'pass' | { readonly status: number; readonly body: object }

type Decide = (asked: Asked) => Fate | Promise<Fate>

/** Fails a call in a way that no client tries again. */
export const died: Fate = { status: 400, body: { __type: 'x#Died', message: 'died' } }

/** A server between a client and DynamoDB, which sees every request and may decide on its answer. */
export async function startBetween(target: string) {
  const asked: Asked[] = []
  let decide: Decide = () => 'pass'
  const server = createServer(async (request, response) => {
    const body = await text(request)
    const { host: _host, connection: _connection, ...headers } = request.headers
    const operation = String(headers['x-amz-target']).split('.')[1] ?? ''
    const one = { operation, input: JSON.parse(body) as Asked['input'] }
    asked.push(one)
    const fate = await decide(one)
    const type = { 'content-type': 'application/x-amz-json-1.0' }
    if (fate !== 'pass') return response.writeHead(fate.status, type).end(JSON.stringify(fate.body))

    const init = { method: 'POST', headers: headers as Record<string, string>, body }
    const answer = await fetch(new URL(request.url ?? '/', target), init)
    return response.writeHead(answer.status, type).end(await answer.text())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    /** From now on; nothing was asked yet. */
    decide(fateOf: Decide): void {
      asked.length = 0
      decide = fateOf
    },
    async stop(): Promise<void> {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
