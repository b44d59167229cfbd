import { type ChildProcess, fork } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { InvokeMessage, RuntimeMessage } from './messages.ts'
import type { Variables } from './variables.ts'

const RUNTIME = fileURLToPath(new URL('./runtime.ts', import.meta.url))

/** What a handler's process is started with. */
export interface RuntimeOptions {
  /** URL of the module that exports the handler. */
  readonly module: string
  readonly exportName: string
  readonly variables: Variables
  /** Given every line the process prints. */
  readonly onLog: (line: string) => void
}

/** A handler's process, seen from the host. */
export interface RuntimeProcess {
  /** Aborted when the process has ended and its last message was read; the reason says how. */
  readonly ended: AbortSignal
  /** The next message that matches; `over` ends the waiting. */
  message<T extends RuntimeMessage>(
    matches: (message: RuntimeMessage) => message is T,
    over: AbortSignal,
  ): Promise<T>
  send(message: InvokeMessage): void
  kill(): void
}

/** Starts a process that loads one handler and says when it is ready. */
export function startRuntimeProcess(options: RuntimeOptions): RuntimeProcess {
  const child = fork(RUNTIME, [options.module, options.exportName], {
    env: options.variables,
    execArgv: [],
    silent: true,
  })
  for (const stream of [child.stdout, child.stderr]) {
    if (stream !== null) createInterface({ input: stream }).on('line', options.onLog)
  }
  return {
    ended: endOf(child),
    message: (matches, over) => nextMessage(child, matches, over),
    // A channel that closed under our hands shows as the end of the process.
    send: (message) => void child.send(message, () => undefined),
    kill: () => void child.kill('SIGKILL'),
  }
}

// The exit may be noticed before the last messages are read; the channel closes after them.
function endOf(child: ChildProcess): AbortSignal {
  const ended = new AbortController()
  const disconnected = new Promise<void>((resolve) => child.once('disconnect', resolve))
  child.once('exit', async (code, signal) => {
    await disconnected
    ended.abort(signal === null ? `exit status ${code}` : `signal: ${signal}`)
  })
  child.once('error', (error) => ended.abort(error.message))
  return ended.signal
}

function nextMessage<T extends RuntimeMessage>(
  child: ChildProcess,
  matches: (message: RuntimeMessage) => message is T,
  over: AbortSignal,
): Promise<T> {
  return new Promise((resolve) => {
    const listener = (received: unknown) => {
      const message = received as RuntimeMessage
      if (matches(message)) resolve(message)
    }
    child.on('message', listener)
    over.addEventListener('abort', () => child.off('message', listener))
  })
}
