import type { SQSClient } from '@aws-sdk/client-sqs'
import { systemClock } from '../clock.ts'
import { UnknownFunctionError } from '../errors.ts'
import { startEventSourceMapping } from '../event-source-mapping/event-source-mapping.ts'
import { createFunction, type Invocation, type LocalFunction } from '../lambda/function.ts'
import type { FunctionRegistry } from '../lambda/registry.ts'
import type { Variables } from '../lambda/variables.ts'
import { type Schedule, startSchedule } from '../schedules/schedule.ts'
import type { Closing } from './closing.ts'
import { DIRECT_FUNCTIONS, SCHEDULES } from './direct-functions.ts'
import type { FunctionDefinition } from './function-definition.ts'
import type { LocalOptions } from './options.ts'
import type { ServedQueue } from './parts.ts'
import type { QueueFunction } from './queue-functions.ts'

/** How long running invocations may take to end when the system stops. */
const STOP_GRACE_MS = 3_000

/** What the functions are started with. */
export interface FunctionsOptions {
  readonly served: readonly ServedQueue[]
  readonly sqs: SQSClient
  readonly environment: Variables
  /** Where every function is entered. */
  readonly registry: FunctionRegistry
  readonly options: LocalOptions
}

/** Functions that can be invoked; see the members of the same name of the whole system. */
export interface RunningFunctions {
  functionArn(stem: string): string
  invoke(stem: string, event: unknown): Promise<Invocation>
  fireNow(stem: string): Promise<Invocation>
}

/** Puts every function behind its queue or its schedule, and lets it be invoked. */
export function startFunctions(facts: FunctionsOptions, closing: Closing): RunningFunctions {
  const { registry, served, options } = facts
  const { directFunctions = DIRECT_FUNCTIONS, overrides } = options
  const stops: (() => Promise<void>)[] = []
  closing.add(async () => {
    await Promise.all(stops.map((stop) => stop()))
  })

  for (const definition of directFunctions) {
    const lambda = newFunction({ ...definition, ...overrides }, facts)
    stops.push(() => lambda.stop(STOP_GRACE_MS))
  }
  for (const [definition, queues] of Map.groupBy(served, ({ definition }) => definition))
    stops.push(serveQueues(definition, queues, facts))
  const schedules = startSchedules(facts, closing)

  return {
    functionArn: (stem) => registry.get(stem).arn,
    invoke: async (stem, event) => registry.get(stem).invoke(event),
    fireNow: async (stem) => {
      const schedule = schedules.get(stem)
      if (schedule === undefined) throw new UnknownFunctionError(stem, [...schedules.keys()])
      return schedule.fireNow()
    },
  }
}

function startSchedules(facts: FunctionsOptions, closing: Closing): ReadonlyMap<string, Schedule> {
  const { registry, options } = facts
  const schedules = new Map<string, Schedule>()
  closing.add(async () => {
    for (const schedule of schedules.values()) schedule.stop()
  })
  for (const { stem, expression } of options.schedules ?? schedulesOf(options)) {
    const lambda = registry.get(stem)
    const { onFired, onError } = options
    schedules.set(
      stem,
      startSchedule({ function: lambda, expression, clock: systemClock, onFired, onError }),
    )
  }
  return schedules
}

/** The usual schedules of the functions that there are. */
function schedulesOf({ directFunctions = DIRECT_FUNCTIONS }: LocalOptions) {
  return SCHEDULES.filter(({ stem }) => directFunctions.some((one) => one.stem === stem))
}

/** One function behind all of its queues, each of which is polled by itself. */
function serveQueues(
  definition: QueueFunction,
  queues: readonly ServedQueue[],
  facts: FunctionsOptions,
): () => Promise<void> {
  const { onBatch, onError } = facts.options
  const lambda = newFunction(definition, facts)
  const mappings = queues.map(({ queue }) =>
    startEventSourceMapping({
      ...definition,
      sqs: facts.sqs,
      queue,
      function: lambda,
      onBatch,
      onError,
    }),
  )
  return async () => {
    await Promise.all(mappings.map((mapping) => mapping.stop(STOP_GRACE_MS)))
    await lambda.stop()
  }
}

function newFunction(
  { stem, module, timeoutSeconds, memorySizeMb }: FunctionDefinition,
  { environment, registry, options }: FunctionsOptions,
): LocalFunction {
  const lambda = createFunction({
    name: stem,
    module,
    timeoutMs: timeoutSeconds * 1000,
    memorySizeMb,
    variables: environment,
    onLog: (line) => options.onLog?.(stem, line),
  })
  registry.add(lambda)
  return lambda
}
