/**
 * In a process of its own, so that only the client is measured: answers 204, and a GET with a list of
 * 250. The answers are written beforehand, as Node's own server would write them: reading requests
 * like one would take about as long as a client's call, and half of what is measured would be that.
 */
import { type AddressInfo, createServer } from 'node:net'

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

const answerOf = (status: string, headers: readonly string[], body: string): Buffer =>
  Buffer.from([`HTTP/1.1 ${status}`, ...headers, '', body].join('\r\n'))

const usual = [
  `Date: ${new Date().toUTCString()}`,
  'Connection: keep-alive',
  'Keep-Alive: timeout=5',
]
const noContent = answerOf('204 No Content', usual, '')
const listed = answerOf(
  '200 OK',
  ['Content-Type: application/json', ...usual, `Content-Length: ${Buffer.byteLength(list)}`],
  list,
)

// One request at a time comes over a connection, without a body, and is small enough to come whole.
const server = createServer({ noDelay: true }, (socket) => {
  socket.on('data', (request) =>
    socket.write(String(request).startsWith('GET ') ? listed : noContent),
  )
  socket.on('error', () => {})
})

server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo
  process.send?.(`http://127.0.0.1:${port}`)
})
// Its parent's end is its own, however that came about.
process.on('disconnect', () => process.exit())
