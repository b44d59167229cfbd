import { aborted, first } from '../first.ts'
import { exited, stopped, timedOut } from './errors.ts'
import type { FunctionError, FunctionFacts, RuntimeMessage } from './messages.ts'
import { type RuntimeOptions, type RuntimeProcess, startRuntimeProcess } from './runtime-process.ts'

/** What an execution environment is started with, and the limits it works under. */
export interface EnvironmentOptions extends RuntimeOptions {
  readonly facts: FunctionFacts
  /**
   * How long loading the handler may take at first, in milliseconds. Lambda then loads it once more,
   * for as long as an invocation may take; here it just goes on.
   */
  readonly initTimeoutMs: number
  /** How long one invocation may take once the handler is loaded, in milliseconds. */
  readonly timeoutMs: number
  readonly wait: Wait
}

/** Waits for so many milliseconds, or until `over`. */
export type Wait = (ms: number, over: AbortSignal) => Promise<unknown>

/** One invocation asked for; aborting `signal` kills it. */
export interface Call {
  readonly requestId: string
  readonly event: unknown
  readonly signal: AbortSignal | undefined
}

/** What an invocation came to: the handler's answer as JSON text, or an error. */
export type Answer =
  | { readonly payload: string; readonly error?: undefined }
  | { readonly payload?: undefined; readonly error: FunctionError }

/** One process for one invocation at a time. */
export interface ExecutionEnvironment {
  /** Whether the process still runs, and so may be invoked again. */
  alive(): boolean
  /** Never rejects. Unless the handler itself answered or threw, the process has ended by then. */
  invoke(call: Call): Promise<Answer>
  /** Kills the process and waits for its end. */
  kill(): Promise<void>
}

/** Why a handler could not be loaded, as an invocation that waited for it is told. */
type InitFailure = (requestId: string) => FunctionError

/** Starts loading the handler; invocations wait until it is loaded. */
export function startExecutionEnvironment(options: EnvironmentOptions): ExecutionEnvironment {
  const process = startRuntimeProcess(options)
  const init = initOf(process, options)

  return {
    alive: () => !process.ended.aborted,
    kill: () => end(process),
    invoke: async (call) => {
      const failed = await first(() => failedInit(init, call), stopping(call))
      const { answer, usable } = failed ?? (await run(process, options, call))
      if (!usable) await end(process)
      return answer
    },
  }
}

async function end(process: RuntimeProcess): Promise<void> {
  process.kill()
  await first((over) => aborted(process.ended, over))
}

function initOf(
  process: RuntimeProcess,
  { initTimeoutMs, timeoutMs, wait }: EnvironmentOptions,
): Promise<InitFailure | undefined> {
  return first<InitFailure | undefined>(
    async (over) => {
      const message = await process.message(endsInit, over)
      return message.type === 'crash' ? () => message.error : undefined
    },
    async (over) => {
      await aborted(process.ended, over)
      return (requestId) => exited(requestId, String(process.ended.reason))
    },
    async (over) => {
      await wait(initTimeoutMs + timeoutMs, over)
      return (requestId) => timedOut(requestId, timeoutMs)
    },
  )
}

interface Result {
  readonly answer: Answer
  /** Whether the process can be invoked again. */
  readonly usable: boolean
}

const broken = (error: FunctionError): Result => ({ answer: { error }, usable: false })

async function failedInit(
  init: Promise<InitFailure | undefined>,
  { requestId }: Call,
): Promise<Result | undefined> {
  const failure = await init
  return failure && broken(failure(requestId))
}

function stopping({ requestId, signal }: Call): (over: AbortSignal) => Promise<Result> {
  return async (over) => {
    await aborted(signal, over)
    return broken(stopped(requestId))
  }
}

function run(
  process: RuntimeProcess,
  { facts, timeoutMs, wait }: EnvironmentOptions,
  call: Call,
): Promise<Result> {
  const { requestId, event } = call
  process.send({ requestId, event, facts, deadline: Date.now() + timeoutMs })
  return first(
    async (over) => resultOf(await process.message(endsCall, over)),
    async (over) => {
      await aborted(process.ended, over)
      return broken(exited(requestId, String(process.ended.reason)))
    },
    async (over) => {
      await wait(timeoutMs, over)
      return broken(timedOut(requestId, timeoutMs))
    },
    stopping(call),
  )
}

type Started = Extract<RuntimeMessage, { type: 'ready' | 'crash' }>
type Answered = Exclude<RuntimeMessage, { type: 'ready' }>

function endsInit(message: RuntimeMessage): message is Started {
  return message.type === 'ready' || message.type === 'crash'
}

function endsCall(message: RuntimeMessage): message is Answered {
  return message.type !== 'ready'
}

function resultOf(message: Answered): Result {
  if (message.type === 'response') return { answer: { payload: message.payload }, usable: true }
  return { answer: { error: message.error }, usable: message.type === 'error' }
}
