import { randomUUID } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import { ACCOUNT_ID, DEFAULT_REGION } from '../aws.ts'
import { first } from '../first.ts'
import { createEnvironments } from './environments.ts'
import { stopped } from './errors.ts'
import type { Answer, EnvironmentOptions, Wait } from './execution-environment.ts'
import type { FunctionFacts } from './messages.ts'
import { reservedVariables, type Variables } from './variables.ts'

/** A Lambda function: where its handler is, and the limits it runs under. */
export interface FunctionOptions {
  readonly name: string
  /** URL of the module, TypeScript as it stands, that exports the handler. */
  readonly module: string
  /** Defaults to `handler`. */
  readonly exportName?: string
  /** After this the invocation is killed, in milliseconds. */
  readonly timeoutMs: number
  /** Only told to the handler, in MB; not enforced. Defaults to 128. */
  readonly memorySizeMb?: number
  /** Lambda's limit for loading a handler before it tries once more; 10,000 milliseconds by default. */
  readonly initTimeoutMs?: number
  readonly region?: string
  /** Added to what Lambda itself sets, and stronger; nothing else of this process is inherited. */
  readonly variables?: Variables
  /** Given every line the handler prints. */
  readonly onLog?: (line: string) => void
  /** What limits are waited out with; the machine's own time by default. */
  readonly wait?: Wait
}

/** What one invocation came to. */
export type Invocation = Answer & {
  readonly requestId: string
  /** Whether a new process was started for it. */
  readonly coldStart: boolean
}

/** A function that can be invoked until it is stopped. */
export interface LocalFunction {
  readonly name: string
  readonly arn: string
  /** Never rejects: what goes wrong is in the result. Aborting `signal` kills the invocation. */
  invoke(event: unknown, signal?: AbortSignal): Promise<Invocation>
  /** Takes no more work, lets what runs go on for up to `graceMs`, and then kills every process. */
  stop(graceMs?: number): Promise<void>
}

/**
 * Runs a handler as Lambda does: each concurrent invocation in a process of its own, started when
 * none is free, kept for the next one, killed when time is up.
 */
export function createFunction(options: FunctionOptions): LocalFunction {
  const resolved = environmentOptions(options)
  const environments = createEnvironments(resolved)
  const running = new Set<Promise<Answer>>()
  const ended = new AbortController()
  // Should the host go without stopping, a handler that never yields would not see it go.
  const killAll = () => void environments.killAll()
  process.once('exit', killAll)

  async function invoke(event: unknown, signal?: AbortSignal): Promise<Invocation> {
    const requestId = randomUUID()
    if (ended.signal.aborted) return { error: stopped(requestId), requestId, coldStart: false }
    const { environment, coldStart } = environments.take()
    const run = environment.invoke({ requestId, event, signal })
    running.add(run)
    const answer = await run
    running.delete(run)
    environments.giveBack(environment)
    return { ...answer, requestId, coldStart }
  }

  async function stop(graceMs = 0): Promise<void> {
    ended.abort()
    await first<unknown>(
      () => Promise.all(running),
      (over) => setTimeout(graceMs, undefined, { signal: over }),
    )
    await environments.killAll()
    process.off('exit', killAll)
  }

  return { name: options.name, arn: resolved.facts.invokedFunctionArn, invoke, stop }
}

function environmentOptions(options: FunctionOptions): EnvironmentOptions {
  const region = options.region ?? DEFAULT_REGION
  const facts = factsOf(options, region)
  return {
    module: options.module,
    exportName: options.exportName ?? 'handler',
    facts,
    variables: { ...reservedVariables(facts, region), ...options.variables },
    timeoutMs: options.timeoutMs,
    initTimeoutMs: options.initTimeoutMs ?? 10_000,
    onLog: options.onLog ?? (() => undefined),
    wait: options.wait ?? ((ms, over) => setTimeout(ms, undefined, { signal: over })),
  }
}

function factsOf({ name, memorySizeMb = 128 }: FunctionOptions, region: string): FunctionFacts {
  return {
    functionName: name,
    functionVersion: '$LATEST',
    invokedFunctionArn: `arn:aws:lambda:${region}:${ACCOUNT_ID}:function:${name}`,
    memoryLimitInMB: String(memorySizeMb),
    logGroupName: `/aws/lambda/${name}`,
    logStreamName: 'local',
  }
}
