import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'

/** Members that say whose something is. */
const names = new Set(['client_id', 'owner', 'issuer'])

/**
 * In front of an Ory's admin side: once it is `loose`, what is answered belongs to a neighbour whose
 * name differs by a blank, as where a database compares without looking at blanks.
 */
export async function looseOry(adminUrl: string) {
  const state = { loose: false }
  const server = createServer(async (request, response) => {
    const { method = 'GET', url = '/', headers } = request
    const sent = await buffer(request)
    const answer = await fetch(`${adminUrl}${url}`, {
      method,
      headers: { 'content-type': headers['content-type'] ?? 'application/json' },
      ...(sent.length > 0 && { body: new Uint8Array(sent) }),
    })
    const text = await answer.text()
    response.statusCode = answer.status
    response.setHeader('content-type', answer.headers.get('content-type') ?? 'application/json')
    response.end(state.loose ? neighbours(text) : text)
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const { port } = server.address() as AddressInfo
  return {
    state,
    adminUrl: `http://127.0.0.1:${port}`,
    async stop() {
      server.close()
      server.closeAllConnections()
    },
  }
}

function neighbours(text: string): string {
  try {
    const answered: unknown = JSON.parse(text, (name, value: unknown) =>
      names.has(name) && typeof value === 'string' ? `${value} ` : value,
    )
    return JSON.stringify(answered)
  } catch {
    return text
  }
}
