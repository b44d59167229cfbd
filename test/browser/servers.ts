import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'

const script = readFileSync(new URL('./attack-page.js', import.meta.url), 'utf8').replaceAll(
  '</script',
  '<\\/script',
)

/** The page that attacks, whoever serves it. */
export const attackPage = `<!doctype html><meta charset="utf-8"><title>-</title><body></body><script>${script}</script>`

export interface Listening {
  readonly url: string
  stop(): Promise<void>
}

/** Listens on loopback, on any free port. */
export async function listen(listener: RequestListener): Promise<Listening> {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: async () => {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

/** An attacker's own server. */
export function startAttacker(): Promise<Listening> {
  return listen((_request, response) =>
    response.writeHead(200, { 'content-type': 'text/html' }).end(attackPage),
  )
}

/** A server as careless as dynalite alone, which keeps who has reached it: attempts that do not are no attempts. */
export async function startCareless() {
  const reachedBy = new Set<string>()
  const listening = await listen((request, response) => {
    const by = new URL(request.url ?? '/', 'http://x').searchParams.get('by')
    if (by !== null && request.method !== 'OPTIONS') reachedBy.add(by)
    response.writeHead(200, {
      'access-control-allow-origin': request.headers.origin ?? '*',
      'access-control-allow-credentials': 'true',
      'access-control-allow-headers': request.headers['access-control-request-headers'] ?? '*',
      'access-control-allow-methods': '*',
      'content-type': request.headers.accept?.includes('event-stream')
        ? 'text/event-stream'
        : 'text/plain',
    })
    response.end('careless')
  })
  return { ...listening, reachedBy }
}
