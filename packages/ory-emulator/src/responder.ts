import type { IncomingMessage, ServerResponse } from 'node:http'
import { errorAnswer, unrecognizable } from './errors.ts'
import type { FaultKind, FaultyRequest } from './faults.ts'
import { type Answer, AnswerError, type Port } from './http.ts'
import type { Gate } from './network.ts'
import { routeNotFound } from './not-found.ts'
import type { Ory } from './ory.ts'
import { cleanPath, withAdminPrefix, withoutTrailingSlash } from './paths.ts'
import { readBody, readTarget, type Target, toRequest } from './reading.ts'
import { type LoggedRequest, log } from './request-log.ts'
import type { Match, Router } from './router.ts'
import { answerTurn, failTurn, type Turn } from './turn.ts'

/** What answering takes: one for each listener. */
export interface Responder {
  readonly port: Port
  readonly router: Router
  readonly ory: Ory
  readonly requests: LoggedRequest[]
  readonly hitFault: (request: FaultyRequest) => FaultKind | undefined
  /** Ory Network's edge; undefined for a server of one's own. */
  readonly gate: Gate | undefined
}

/** Answers one request, from its target to the last byte or the reset. */
export async function respond(
  responder: Responder,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const asked = readTarget(incoming.url ?? '/')
  const target = asked && { ...asked, path: routedPath(responder, asked.path) }
  const match = target && responder.router(incoming.method ?? '', target.path)
  const entry = begin(responder, incoming, asked, match)
  const admission = responder.gate?.(incoming, match?.route)
  const turn = { incoming, outgoing, entry, headers: admission?.headers ?? {} }

  const refusal = admission?.refusal
  if (refusal) return answerTurn({ ...turn, work: async () => refusal })
  if (!target || !match) {
    return answerTurn({ ...turn, work: async () => unrouted(incoming, target) })
  }
  await play(
    responder,
    { ...turn, work: () => work(responder, incoming, target, match) },
    target,
    match,
  )
}

async function play(
  { hitFault }: Responder,
  turn: Turn,
  { path, rawQuery }: Target,
  { route: { operation } }: Match,
): Promise<void> {
  const query = new URLSearchParams(rawQuery)
  const fault = hitFault({ operation, method: turn.incoming.method ?? '', path, query })
  await (fault ? failTurn(turn, fault) : answerTurn(turn))
}

function begin(
  { port, requests }: Responder,
  { method = '', url = '' }: IncomingMessage,
  target: Target | undefined,
  match: Match | undefined,
): LoggedRequest {
  const entry: LoggedRequest = {
    operation: match?.route.operation,
    port,
    method,
    path: target?.path ?? url,
    query: target?.rawQuery ?? '',
    status: undefined,
    fault: undefined,
  }
  log(requests, entry)
  return entry
}

function routedPath({ port, gate }: Responder, path: string): string {
  const trimmed = withoutTrailingSlash(path)
  return port === 'admin' && !gate ? withAdminPrefix(trimmed) : trimmed
}

async function work(
  { ory }: Responder,
  incoming: IncomingMessage,
  target: Target,
  { route, params }: Match,
): Promise<Answer> {
  const body = await readBody(incoming)
  try {
    return await route.handle(toRequest(incoming, target, params, body), ory)
  } catch (error) {
    if (error instanceof AnswerError) return error.answer
    process.emitWarning(error instanceof Error ? error : String(error))
    return errorAnswer(unrecognizable)
  }
}

function unrouted({ method, headers }: IncomingMessage, target: Target | undefined): Answer {
  if (!target) return { status: 400, headers: { Connection: 'close' }, text: '400 Bad Request' }
  const clean = cleanPath(target.path)
  if (clean === target.path) return routeNotFound(headers.accept)
  return redirect(method ?? '', target.rawQuery === '' ? clean : `${clean}?${target.rawQuery}`)
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
