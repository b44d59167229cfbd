/** In a process of its own, so that only the client is measured: answers 204, and a GET with a list of 250. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

const list = JSON.stringify(
  Array.from({ length: 250 }, (_, n) => ({
    consent_request: {
      subject: 'alice',
      login_session_id: `session-${n}`,
      client: { client_id: `app-${n}`, scope: 'openid offline', grant_types: ['refresh_token'] },
    },
    grant_scope: ['openid', 'offline'],
    handled_at: '2026-01-02T03:04:05Z',
  })),
)

const server = createServer((request, response) => {
  request.resume()
  if (request.method === 'GET')
    return void response.writeHead(200, { 'content-type': 'application/json' }).end(list)
  response.writeHead(204).end()
})

server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo
  process.send?.(`http://127.0.0.1:${port}`)
})
// Its parent's end is its own, however that came about.
process.on('disconnect', () => process.exit())
