/**
 * The process a handler runs in. It is started with the handler's module URL and export name, and
 * told what to run over the IPC channel, one invocation at a time. The host kills it in time.
 */
import type { Context } from 'aws-lambda'
import { thrown } from './errors.ts'
import type { FunctionError, InvokeMessage, RuntimeMessage } from './messages.ts'

/** A context as Node.js 24 has it on Lambda, without the three methods that came from callbacks. */
type HandlerContext = Omit<Context, 'done' | 'fail' | 'succeed'>
type Handler = (event: unknown, context: HandlerContext) => unknown

const MODULE_NOT_FOUND = ['ERR_MODULE_NOT_FOUND', 'MODULE_NOT_FOUND']

// Ctrl-C reaches the whole process group, but it is the host who lets a running invocation end.
process.on('SIGINT', () => undefined)
process.on('SIGTERM', () => undefined)
process.on('disconnect', () => process.exit(0))
process.on('uncaughtException', (error) => void crash(thrown(error), 129))
process.on('unhandledRejection', (error) => {
  void crash(thrown(error, 'Runtime.UnhandledPromiseRejection'), 128)
})

const [moduleUrl = '', exportName = ''] = process.argv.slice(2)
const handler = await load(moduleUrl, exportName)

process.on('message', async (message: InvokeMessage) => send(await run(message)))
send({ type: 'ready' })

async function load(url: string, name: string): Promise<Handler> {
  const loaded: Record<string, unknown> = await import(url).catch((error: unknown) =>
    crash(thrown(error, importErrorType(error)), 1),
  )
  const found = loaded[name]
  if (typeof found === 'function') return found as Handler
  const errorMessage = `${url}: ${name} is undefined or not exported`
  return crash({ errorType: 'Runtime.HandlerNotFound', errorMessage }, 1)
}

function importErrorType(error: unknown): string | undefined {
  if (error instanceof SyntaxError) return 'Runtime.UserCodeSyntaxError'
  if (!(error instanceof Error && 'code' in error)) return undefined
  return MODULE_NOT_FOUND.includes(String(error.code)) ? 'Runtime.ImportModuleError' : undefined
}

async function run(message: InvokeMessage): Promise<RuntimeMessage> {
  try {
    const payload = JSON.stringify(await handler(message.event, contextOf(message))) ?? 'null'
    return { type: 'response', payload }
  } catch (error) {
    return { type: 'error', error: thrown(error) }
  }
}

function contextOf({ requestId, deadline, facts }: InvokeMessage): HandlerContext {
  return {
    ...facts,
    awsRequestId: requestId,
    callbackWaitsForEmptyEventLoop: false,
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
  }
}

/** Tells the host what ended this process, then ends it. */
function crash(error: FunctionError, status: number): Promise<never> {
  return new Promise(() => {
    send({ type: 'crash', error }, () => process.exit(status))
  })
}

function send(message: RuntimeMessage, sent?: () => void): void {
  process.send?.(message, undefined, undefined, sent)
}
