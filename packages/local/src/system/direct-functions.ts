import { type FunctionDefinition, moduleOf } from './function-definition.ts'

/** Every function that serves no queue: one line each. */
export const DIRECT_FUNCTIONS: readonly FunctionDefinition[] = [
  directFunction('rotate-client-secret', 60),
  directFunction('seal', 240),
  directFunction('sweep', 300),
  directFunction('webhook', 10),
]

/** When a function is invoked by itself. */
export interface ScheduledFunction {
  readonly stem: string
  /** A schedule expression of EventBridge, in UTC. */
  readonly expression: string
}

/** Every schedule: one line each. */
export const SCHEDULES: readonly ScheduledFunction[] = [
  // Every five minutes on AWS; whoever looks at a receipt here does not want to wait for it.
  { stem: 'seal', expression: 'rate(1 minute)' },
  { stem: 'sweep', expression: 'rate(15 minutes)' },
]

function directFunction(stem: string, timeoutSeconds: number): FunctionDefinition {
  return { stem, module: moduleOf(stem), timeoutSeconds, memorySizeMb: 256 }
}
