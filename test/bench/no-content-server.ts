/** In a process of its own, so that only the client is measured: answers every request 204. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

const server = createServer((request, response) => {
  request.resume()
  response.writeHead(204).end()
})

server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo
  process.send?.(`http://127.0.0.1:${port}`)
})
// Its parent's end is its own, however that came about.
process.on('disconnect', () => process.exit())
