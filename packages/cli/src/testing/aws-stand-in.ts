import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

/** What is asked, as far as it is told apart here. */
export interface Asked {
  /** `AmazonSSM.GetParameter`, `GetCallerIdentity`, or a method and a path. */
  readonly what: string
  readonly body: string
  readonly authorization: string
}

/** What is answered: a text is XML, anything else JSON; a number is a status without a body. */
export type Answers = Readonly<Record<string, (body: string) => unknown>>

export interface AwsStandIn {
  readonly url: string
  readonly asked: readonly Asked[]
  stop(): Promise<void>
}

/** A server on loopback that speaks as much of AWS's protocols, and of Ory's, as it is told to. */
export async function startAwsStandIn(answers: Answers): Promise<AwsStandIn> {
  const asked: Asked[] = []
  const server = createServer(async (request, response) => {
    const body = await text(request)
    const what = whatIs(request, body)
    asked.push({ what, body, authorization: String(request.headers.authorization) })
    const answer = answers[what]?.(body) ?? 400
    if (typeof answer === 'number') {
      response.writeHead(answer, { 'content-type': 'application/json' })
      response.end(JSON.stringify({ __type: 'ParameterNotFound' }))
      return
    }
    const type = typeof answer === 'string' ? 'text/xml' : 'application/json'
    response.writeHead(200, { 'content-type': type })
    response.end(typeof answer === 'string' ? answer : JSON.stringify(answer))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    stop: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

function whatIs({ headers, method, url = '' }: IncomingMessage, body: string): string {
  const { 'x-amz-target': target } = headers
  const action = new URLSearchParams(body).get('Action')
  return String(target ?? action ?? `${method} ${url.replace(/\?.*/, '')}`)
}

/** An answer of STS, which is XML. */
export function callerIdentity(account: string): string {
  return `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult><Arn>arn:aws:iam::${account}:user/tester</Arn><UserId>A</UserId><Account>${account}</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`
}

/** SQS says what it has got; its client compares. */
export function sent(body: string) {
  const { MessageBody } = JSON.parse(body) as { MessageBody: string }
  return { MessageId: 'm-1', MD5OfMessageBody: createHash('md5').update(MessageBody).digest('hex') }
}
