import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'

/** A request as it came over the wire: what was asked for, and with which parameters. */
export interface Asked {
  readonly operation: string
  readonly input: Readonly<Record<string, unknown>>
}

/**
 * A server in between that passes requests on, keeps what was asked, and loses the answer to those
 * it is told to.
 */
export async function startLossyProxy(target: string) {
  const lost = { left: 0, lost: 0 }
  const asked: Asked[] = []
  const server = createServer(async (request, response) => {
    const { method, url, headers } = request
    const body = await buffer(request)
    const operation = String(headers['x-amz-target']).split('.').at(-1) ?? ''
    asked.push({ operation, input: JSON.parse(body.toString()) as Asked['input'] })
    const { host: _host, connection: _connection, ...kept } = headers
    const answer = await fetch(new URL(url ?? '/', target), {
      method: method ?? 'POST',
      headers: kept as Record<string, string>,
      body,
    })
    const text = await answer.text()
    if (lost.left > 0) {
      lost.left -= 1
      lost.lost += 1
      response.destroy()
      return
    }
    response.writeHead(answer.status, { 'content-type': 'application/x-amz-json-1.0' }).end(text)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    loseNext: (answers: number) => {
      lost.left = answers
    },
    lost: () => lost.lost,
    asked,
    stop: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
