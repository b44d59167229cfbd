import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { type Clock, systemClock } from '../clock.ts'
import type { LocalFunction } from '../lambda/function.ts'
import { type LocalService, serve } from '../loopback.ts'
import { answerOf, badGateway, tooLarge, type UrlAnswer } from './answer.ts'
import { eventOf } from './event.ts'

export interface FunctionUrlOptions {
  /** What the URL is for, should its port be taken. */
  readonly name: string
  /** 0, the default, takes any free port. */
  readonly port?: number
  /** The function behind the URL, found with every request; without one nothing answers. */
  readonly function: () => LocalFunction | undefined
  readonly clock?: Pick<Clock, 'now'>
  /** Names it is asked under besides loopback's own, for a test. */
  readonly allowedHosts?: readonly string[]
}

/** Lambda's limit for what a function is given, in bytes. */
const largestBody = 6 * 1024 * 1024

/**
 * Starts an HTTP server on loopback that stands for the URL of a Lambda function, auth type NONE:
 * every request is an invocation, payload format 2.0.
 *
 * @throws PortTakenError when another program has the port.
 */
export function startFunctionUrl(options: FunctionUrlOptions): Promise<LocalService> {
  const server = createServer((request, response) => {
    // A call that broke off has nobody to answer, and must not end the host.
    respond(options, request, response).catch(() => response.destroy())
  })
  const { name, port = 0, allowedHosts = [] } = options
  return serve(server, { name, port }, { allowedHosts })
}

async function respond(
  options: FunctionUrlOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { status, headers, body } = await answer(options, request)
  response.statusCode = status
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
  response.end(body)
}

async function answer(
  { function: functionBehind, clock = systemClock }: FunctionUrlOptions,
  request: IncomingMessage,
): Promise<UrlAnswer> {
  const body = await readBody(request)
  if (body === undefined) return tooLarge

  const invocation = await functionBehind()?.invoke(eventOf(request, body, clock.now()))
  return invocation === undefined ? badGateway : answerOf(invocation)
}

/** Reads to the end, or the client would never read its answer; `undefined` for what is too much. */
async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = []
  const read = { bytes: 0 }
  for await (const chunk of request as AsyncIterable<Buffer>) {
    read.bytes += chunk.length
    if (read.bytes <= largestBody) chunks.push(chunk)
  }
  return read.bytes > largestBody ? undefined : Buffer.concat(chunks)
}
