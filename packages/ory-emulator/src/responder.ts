import type { IncomingMessage, ServerResponse } from 'node:http'
import { errorAnswer, unrecognizable } from './errors.ts'
import type { FaultKind, FaultyRequest } from './faults.ts'
import { encodePercent } from './go/percent.ts'
import { type Answer, AnswerError, type Port, type Route, ServerPanic } from './http.ts'
import type { Gate } from './network.ts'
import { plainAnswer, routeNotFound } from './not-found.ts'
import type { Ory } from './ory.ts'
import { cleanPath, type Routing, routedPath } from './paths.ts'
import { readBody, readQuery, readTarget, type Target, toRequest } from './reading.ts'
import { type LoggedRequest, log } from './request-log.ts'
import type { Match, Router } from './router.ts'
import { answerTurn, failTurn, type Turn } from './turn.ts'

/** What answering takes: one for each listener. */
export interface Responder {
  readonly port: Port
  readonly router: Router<Route>
  readonly ory: Ory
  readonly requests: LoggedRequest[]
  readonly hitFault: (request: FaultyRequest) => FaultKind | undefined
  /** Ory Network's edge; undefined for a server of one's own. */
  readonly gate: Gate | undefined
}

/** Answers one request, from its target to the last byte or the reset. */
export function respond(
  responder: Responder,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): void {
  answer(responder, incoming, outgoing).catch((error: Error) => {
    // A caller who hangs up while sending is no concern of ours; anything else is a defect here.
    if (!incoming.errored && !(error instanceof ServerPanic)) process.emitWarning(error)
    incoming.socket.destroy()
  })
}

async function answer(
  responder: Responder,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const asked = readTarget(incoming.url ?? '/')
  if (!asked) return refuse(incoming)
  const target = { ...asked, path: routedPath(asked.path, routingOf(responder)) }
  const isClean = cleanPath(target.path) === target.path
  const match = isClean ? responder.router.match(incoming.method ?? '', target.path) : undefined
  const entry = begin(responder, incoming, asked, match)
  const admission = responder.gate?.(incoming, match?.route)
  const refusal = admission?.refusal
  const turn = { incoming, outgoing, entry, headers: admission?.headers ?? {} }

  if (refusal) return answerTurn({ ...turn, work: async () => refusal })
  if (!match) {
    return answerTurn({ ...turn, work: async () => unrouted(responder, incoming, target) })
  }
  await play(
    responder,
    { ...turn, work: () => work(responder, incoming, target, match) },
    target,
    match,
  )
}

/** What Go makes of a target it cannot read, before anything else sees it. */
function refuse({ socket }: IncomingMessage): void {
  socket.end(
    'HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n400 Bad Request',
  )
}

async function play(
  { hitFault }: Responder,
  turn: Turn,
  { path, search }: Target,
  { route: { operation } }: Match<Route>,
): Promise<void> {
  const query = readQuery(search)
  const fault = hitFault({ operation, method: turn.incoming.method ?? '', path, query })
  await (fault ? failTurn(turn, fault) : answerTurn(turn))
}

function begin(
  { port, requests }: Responder,
  { method = '' }: IncomingMessage,
  { path, search }: Target,
  match: Match<Route> | undefined,
): LoggedRequest {
  const entry: LoggedRequest = {
    operation: match?.route.operation,
    port: match?.route.port ?? port,
    method,
    path,
    query: search.slice(1),
    status: undefined,
    fault: undefined,
  }
  log(requests, entry)
  return entry
}

function routingOf({ port, gate, ory }: Responder): Routing {
  return {
    addsAdminPrefix: port === 'admin' && gate === undefined,
    keepsEscapes: ory.settings.profile === 'head',
  }
}

async function work(
  { ory }: Responder,
  incoming: IncomingMessage,
  target: Target,
  { route, params }: Match<Route>,
): Promise<Answer> {
  const body = await readBody(incoming)
  try {
    return await route.handle(toRequest(incoming, target, params, body), ory)
  } catch (error) {
    if (error instanceof AnswerError) return error.answer
    if (error instanceof ServerPanic) throw error
    process.emitWarning(error instanceof Error ? error : String(error))
    return errorAnswer(unrecognizable)
  }
}

function unrouted(
  responder: Responder,
  { method = '', headers }: IncomingMessage,
  target: Target,
): Answer {
  const clean = cleanPath(target.path)
  if (clean !== target.path) {
    // Go escapes once more what is escaped already.
    const path = encodePercent(clean)
    return redirect(method, target.search.length > 1 ? `${path}${target.search}` : path)
  }
  // The older admin port has no catch-all route, but for its own root.
  const { port, ory, router } = responder
  const caught = port === 'public' || ory.settings.profile === 'head' || clean === '/admin'
  if (caught) return routeNotFound(headers.accept)
  const methods = router.methods(clean)
  return methods.length === 0 ? plainAnswer(404) : plainAnswer(405, { Allow: methods.join(', ') })
}

/** Where Go's mux sends a path with empty or dot segments. */
function redirect(method: string, location: string): Answer {
  const link = `<a href="${location.replaceAll('&', '&amp;')}">Temporary Redirect</a>.\n\n`
  return {
    status: 307,
    headers: {
      Location: location,
      ...(/^(GET|HEAD)$/.test(method) && { 'Content-Type': 'text/html; charset=utf-8' }),
    },
    text: method === 'GET' ? link : '',
  }
}
