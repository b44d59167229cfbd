import { startEventSourceMapping } from '../event-source-mapping/event-source-mapping.ts'
import { createFunction } from '../lambda/function.ts'
import type { Variables } from '../lambda/variables.ts'
import type { Closing } from './closing.ts'
import type { LocalOptions } from './options.ts'
import type { Queues, ServedQueue } from './parts.ts'
import type { QueueFunction } from './queue-functions.ts'

/** How long running invocations may take to end when the system stops. */
const STOP_GRACE_MS = 3_000

/** What the functions are started with. */
export interface FunctionsOptions {
  readonly sqs: Queues
  readonly environment: Variables
  readonly options: LocalOptions
}

/** Puts every function behind its queue. */
export function startFunctions(facts: FunctionsOptions, closing: Closing): void {
  const stops = facts.sqs.served.map((served) => startFunction(served, facts))
  closing.add(async () => {
    await Promise.all(stops.map((stop) => stop()))
  })
}

function startFunction(
  { definition, queue }: ServedQueue,
  { sqs, environment, options }: FunctionsOptions,
): () => Promise<void> {
  const lambda = createFunction(functionOptions(definition, environment, options))
  const mapping = startEventSourceMapping({
    ...definition,
    sqs: sqs.client,
    queue,
    function: lambda,
    onBatch: options.onBatch,
    onError: options.onError,
  })
  return async () => {
    await mapping.stop(STOP_GRACE_MS)
    await lambda.stop()
  }
}

function functionOptions(definition: QueueFunction, variables: Variables, { onLog }: LocalOptions) {
  return {
    name: definition.stem,
    module: definition.module,
    timeoutMs: definition.timeoutSeconds * 1000,
    memorySizeMb: definition.memorySizeMb,
    variables,
    onLog: (line: string) => onLog?.(definition.stem, line),
  }
}
