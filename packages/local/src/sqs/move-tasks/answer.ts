import type { buildApp } from 'fauxqs'
import { SqsRefusal } from './actions.ts'

type Input = Readonly<Record<string, unknown>>
type App = ReturnType<typeof buildApp>

/** Has an app answer these actions of SQS, in its JSON protocol, before it looks for them itself. */
export function answerActions(
  app: App,
  actions: Readonly<Record<string, (input: Input) => object>>,
): void {
  app.addHook('preHandler', async (request, reply) => {
    const name = String(request.headers['x-amz-target']).replace(/^AmazonSQS\./, '')
    const action = Object.hasOwn(actions, name) ? actions[name] : undefined
    if (action === undefined) return
    reply.header('content-type', 'application/x-amz-json-1.0')
    try {
      return reply.send(action((request.body ?? {}) as Input))
    } catch (error) {
      if (!(error instanceof SqsRefusal)) throw error
      const { code, status, message } = error
      reply.header('x-amzn-query-error', `${code};Sender`)
      return reply.code(status).send({ __type: `com.amazonaws.sqs#${code}`, message })
    }
  })
}
