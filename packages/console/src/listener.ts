import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'

/** What a form may hold; far more than any of ours has. */
const mostBytes = 64 * 1024

/** What answers requests of the web. */
export type Fetch = (request: Request) => Response | Promise<Response>

/** A listener of Node's over what answers requests of the web; whoever hangs up aborts the request. */
export function listenerOf(answer: Fetch): RequestListener {
  return (incoming, outgoing) => {
    respond(answer, incoming, outgoing).catch(() => {
      // Whoever asked is gone, or the answer ended in the middle.
      if (!outgoing.headersSent) outgoing.writeHead(500)
      outgoing.end()
    })
  }
}

async function respond(answer: Fetch, incoming: IncomingMessage, outgoing: ServerResponse) {
  const gone = new AbortController()
  outgoing.on('close', () => gone.abort())
  const body = await bodyOf(incoming)
  if (body === undefined) {
    outgoing.writeHead(413).end()
    return
  }
  const { method = 'GET', url = '/', headers } = incoming
  const hasBody = method !== 'GET' && method !== 'HEAD'
  const response = await answer(
    new Request(new URL(url, `http://${headers.host}`), {
      method,
      headers: headersOf(headers),
      signal: gone.signal,
      ...(hasBody && { body }),
    }),
  )
  outgoing.writeHead(response.status, Object.fromEntries(response.headers))
  if (response.body === null) outgoing.end()
  else Readable.fromWeb(response.body as never).pipe(outgoing)
}

async function bodyOf(incoming: IncomingMessage): Promise<Buffer<ArrayBuffer> | undefined> {
  const pieces: Buffer[] = []
  let bytes = 0
  for await (const piece of incoming as AsyncIterable<Buffer>) {
    bytes += piece.length
    if (bytes > mostBytes) return undefined
    pieces.push(piece)
  }
  return Buffer.concat(pieces)
}

function headersOf(headers: IncomingMessage['headers']): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, String(value)]],
    ),
  )
}
