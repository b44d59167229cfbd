import { type Context, Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import type { DoorServices } from './door-services.ts'
import { isTaken } from './load-source.ts'
import { describe, failed, type Outcome, tooLarge, unknown } from './outcome.ts'
import { receive } from './receive.ts'
import { tell } from './tell.ts'

/** In bytes. */
const largestBody = 262_144

/** Soon enough for a sender that lets somebody wait: Kratos does as it is told. */
const retryAfterSeconds = 5

const limit = bodyLimit({ maxSize: largestBody, onError: (context) => answer(tooLarge, context) })

/**
 * The HTTP door: `POST /webhooks/{source}` is verified, read as events and put on their queues, and
 * only then answered 202.
 *
 * @param services asked for with every request; a failure is answered 503
 */
export function door(services: () => Promise<DoorServices>): Hono {
  // Not strict: a path that ends in a slash is the same one.
  const app = new Hono({ strict: false })
  app.post('/webhooks/:source', async (context) => {
    const made = await services()
    const source = context.req.param('source')
    const outcome = isTaken(source, made.sources) ? await admit(context, source, made) : unknown
    tell(outcome, source, made)
    return answer(outcome, context)
  })
  app.notFound((context) => answer(unknown, context))
  app.onError((error, context) => {
    // Without services there is no log either.
    console.error(
      JSON.stringify({ level: 'ERROR', message: 'a webhook failed', ...describe(error) }),
    )
    return answer(failed(error), context)
  })
  return app
}

async function admit(context: Context, source: string, services: DoorServices): Promise<Outcome> {
  const isOver = await limit(context, async () => undefined)
  if (isOver !== undefined) return tooLarge

  const body = new Uint8Array(await context.req.arrayBuffer())
  // What a request says of its own length is no more than a first guess.
  if (body.length > largestBody) return tooLarge
  const header = (name: string) => context.req.header(name)
  return receive({ source, header, body, url: urlOf(context, source) }, services)
}

/** What Lambda says of itself; a request's own `Host` is its sender's. */
function urlOf({ env }: Context, source: string): string | undefined {
  const domain: unknown = env?.requestContext?.domainName
  return typeof domain === 'string' ? `https://${domain}/webhooks/${source}` : undefined
}

function answer({ status, body }: Outcome, context: Context): Response {
  if (status === 503) context.header('retry-after', String(retryAfterSeconds))
  return status === 204 ? context.body(null, 204) : context.json(body, status)
}
