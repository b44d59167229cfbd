import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { InputError, parseJson } from '../checks.ts'
import { readBody, readQuery, readTarget } from '../reading.ts'
import { newRouter } from '../router.ts'
import { type ControlAnswer, type Controlled, controlRoutes } from './routes.ts'

const router = newRouter(controlRoutes)

/** Answers the control port: JSON in, JSON out, and one line where something is wrong. */
export function controlListener(controlled: Controlled): RequestListener {
  return (incoming, outgoing) => {
    answer(controlled, incoming).then(
      (answered) => send(outgoing, answered),
      (error: Error) => {
        // A caller who hangs up while sending is no concern of ours; anything else is a defect here.
        if (!incoming.errored) process.emitWarning(error)
        incoming.socket.destroy()
      },
    )
  }
}

async function answer(controlled: Controlled, incoming: IncomingMessage): Promise<ControlAnswer> {
  const { path = '', search = '' } = readTarget(incoming.url ?? '') ?? {}
  const match = router.match(incoming.method ?? '', path)
  if (match === undefined) return unrouted(path)
  const body = (await readBody(incoming)).toString()
  try {
    const { route, params } = match
    const request = { params, query: readQuery(search), json: () => parseJson(body) }
    return await route.handle(controlled, request)
  } catch (error) {
    if (error instanceof InputError) return { status: 400, json: { error: error.message } }
    throw error
  }
}

function unrouted(path: string): ControlAnswer {
  const methods = router.methods(path).filter((method) => method !== 'HEAD')
  if (methods.length === 0) {
    return { status: 404, json: { error: 'there is no such path here; GET / says what there is' } }
  }
  return { status: 405, json: { error: `this path takes ${methods.join(', ')}` } }
}

function send(outgoing: ServerResponse, { status, json }: ControlAnswer): void {
  outgoing.setHeader('cache-control', 'no-store')
  if (json !== undefined) outgoing.setHeader('content-type', 'application/json')
  outgoing.writeHead(status)
  outgoing.end(json === undefined ? undefined : `${JSON.stringify(json)}\n`)
}
