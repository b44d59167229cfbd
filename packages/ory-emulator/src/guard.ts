import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http'

/** What a server on loopback lets in besides its own callers. */
export interface GuardOptions {
  /** More names this server is asked under, whatever the port: for a proxy or a test. Lower case, no port. */
  readonly allowedHosts?: readonly string[]
  /** Pages of other origins may send the browser here with a GET, as OAuth2 has them do. */
  readonly navigable?: boolean
  /** The CORS headers for a request of a foreign origin that is let in all the same. */
  readonly corsOf?: (request: IncomingMessage) => Readonly<Record<string, string>> | undefined
}

/**
 * Puts a guard in front of a server on loopback, whoever made it: a request under another host's
 * name (DNS rebinding), or one that a page of another origin sent, is answered 421 or 403 and goes
 * no further, preflights and upgrades included. Programs send neither, and notice nothing.
 *
 * Call it once every other listener for requests is attached.
 */
export function guardServer(server: Server, options: GuardOptions = {}): void {
  const listeners = server.listeners('request') as RequestListener[]
  server.removeAllListeners('request')
  server.on(
    'request',
    guarded(options, (request, response) => {
      for (const listener of listeners) listener.call(server, request, response)
    }),
  )
}

/** The same for one listener. */
export function guarded(options: GuardOptions, listener: RequestListener): RequestListener {
  return (request, response) => {
    const verdict = judge(options, request)
    if ('status' in verdict) return refuse(verdict, request, response)
    for (const [name, value] of Object.entries(verdict.cors)) response.setHeader(name, value)
    listener(request, response)
  }
}

interface Refusal {
  readonly status: 403 | 421
  /** What is wrong and what to do; nothing of the request is repeated. */
  readonly line: string
}

interface Admission {
  readonly cors: Readonly<Record<string, string>>
}

const admitted: Admission = { cors: {} }

const foreignPage: Refusal = {
  status: 403,
  line: 'pages of another origin may not use this server; send the request from a program, without Origin',
}

function judge(options: GuardOptions, request: IncomingMessage): Refusal | Admission {
  const port = request.socket.localPort ?? 0
  if (!isOwnHost(request.headers.host ?? '', port, options.allowedHosts ?? [])) {
    return misdirected(port)
  }
  if (isOfOwnPage(request) || isNavigation(options, request)) return admitted
  const cors = options.corsOf?.(request)
  return cors === undefined ? foreignPage : { cors }
}

function misdirected(port: number): Refusal {
  const line = `this server is not asked under that Host; ask http://127.0.0.1:${port}, have a proxy send that Host, or name yours in allowedHosts`
  return { status: 421, line }
}

const loopbackNames: readonly string[] = ['127.0.0.1', 'localhost', '[::1]']

function isOwnHost(host: string, port: number, allowedHosts: readonly string[]): boolean {
  const [, name = '', givenPort = '80'] =
    /^(\[[^\]]*\]|[^:]*)(?::(\d+))?$/.exec(host.toLowerCase()) ?? []
  return allowedHosts.includes(name) || (loopbackNames.includes(name) && Number(givenPort) === port)
}

/** A program says nothing of a page; a browser says of which origin it is, or how that is related. */
function isOfOwnPage({ headers }: IncomingMessage): boolean {
  const { origin, host = '' } = headers
  const site = headers['sec-fetch-site']
  if (origin !== undefined && !isOriginOf(origin, host)) return false
  return site === undefined || site === 'same-origin' || site === 'none'
}

/** A proxy in front may speak TLS. */
function isOriginOf(origin: string, host: string): boolean {
  return /^https?:\/\/(.+)$/.exec(origin.toLowerCase())?.[1] === host.toLowerCase()
}

/** Such a GET has no Origin; a form that is posted has. */
function isNavigation({ navigable = false }: GuardOptions, request: IncomingMessage): boolean {
  const { origin, 'sec-fetch-mode': mode } = request.headers
  return navigable && origin === undefined && request.method === 'GET' && mode === 'navigate'
}

function refuse({ status, line }: Refusal, request: IncomingMessage, response: ServerResponse) {
  // What is still being sent is read and dropped, or the caller would see a reset and no answer.
  request.on('error', () => undefined).resume()
  response.writeHead(status, {
    'content-type': 'text/plain; charset=utf-8',
    'x-content-type-options': 'nosniff',
  })
  response.end(`${line}\n`)
}
