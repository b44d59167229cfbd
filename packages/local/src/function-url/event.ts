import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { LambdaFunctionURLEvent } from 'aws-lambda'
import { LOOPBACK } from '../loopback.ts'

/** A request as a function is given it, payload format 2.0. `now` is in milliseconds since the epoch. */
export function eventOf(
  request: IncomingMessage,
  body: Buffer,
  now: number,
): LambdaFunctionURLEvent {
  const [rawPath = '/', ...rest] = (request.url ?? '/').split('?')
  const rawQueryString = rest.join('?')
  const headers = headersOf(request)
  const { cookie, ...others } = headers
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath,
    rawQueryString,
    ...(cookie !== undefined && { cookies: cookie.split(/;\s*/) }),
    headers: others,
    ...(rawQueryString !== '' && { queryStringParameters: parametersOf(rawQueryString) }),
    requestContext: contextOf(request, rawPath, headers, now),
    ...bodyOf(body, headers),
  }
}

type Headers = Readonly<Record<string, string>>

/** Node.js has their names in lower case already; what came more than once is joined. */
function headersOf({ headersDistinct }: IncomingMessage): Headers {
  const entries = Object.entries(headersDistinct).map(
    ([name, values = []]) => [name, values.join(name === 'cookie' ? '; ' : ',')] as const,
  )
  return Object.fromEntries(entries)
}

function parametersOf(query: string): Headers {
  const given = [...new URLSearchParams(query)]
  const grouped = Map.groupBy(given, ([name]) => name)
  return Object.fromEntries(
    [...grouped].map(([name, pairs]) => [name, pairs.map(([, value]) => value).join(',')]),
  )
}

function contextOf(
  { method = 'GET', httpVersion, socket }: IncomingMessage,
  path: string,
  headers: Headers,
  now: number,
): LambdaFunctionURLEvent['requestContext'] {
  const domainName = headers['host'] ?? LOOPBACK
  return {
    accountId: 'anonymous',
    apiId: 'local',
    domainName,
    domainPrefix: 'local',
    http: {
      method,
      path,
      protocol: `HTTP/${httpVersion}`,
      sourceIp: socket.remoteAddress ?? LOOPBACK,
      userAgent: headers['user-agent'] ?? '',
    },
    requestId: randomUUID(),
    routeKey: '$default',
    stage: '$default',
    time: accessLogTime(now),
    timeEpoch: now,
  }
}

/** `02/Jan/2026:03:04:05 +0000`, as access logs have it. */
function accessLogTime(now: number): string {
  const [, day, month, year, time] = new Date(now).toUTCString().split(' ')
  return `${day}/${month}/${year}:${time} +0000`
}

function bodyOf(body: Buffer, headers: Headers) {
  if (body.length === 0) return { isBase64Encoded: false }
  const isBase64Encoded = !isText(headers)
  return { body: body.toString(isBase64Encoded ? 'base64' : 'utf8'), isBase64Encoded }
}

/** Only these are handed over as they stand, and only where nothing compressed them. */
const textTypes = /^(text\/|application\/(json|javascript|xml)\s*(;|$))/i

function isText(headers: Headers): boolean {
  return headers['content-encoding'] === undefined && textTypes.test(headers['content-type'] ?? '')
}
