import {
  type EnvironmentOptions,
  type ExecutionEnvironment,
  startExecutionEnvironment,
} from './execution-environment.ts'

/** The execution environments of one function, those that wait for work among them. */
export interface Environments {
  /** One that is warm, or else a new one. */
  take(): { readonly environment: ExecutionEnvironment; readonly coldStart: boolean }
  /** Keeps what was taken for the next invocation, if it still lives. */
  giveBack(used: ExecutionEnvironment): void
  /** Kills them all, and waits for their end. */
  killAll(): Promise<void>
}

/** No environment yet: each is started when it is needed. */
export function createEnvironments(options: EnvironmentOptions): Environments {
  const living = new Set<ExecutionEnvironment>()
  const free = new Set<ExecutionEnvironment>()

  function dropDead(): void {
    for (const environment of living) {
      if (environment.alive()) continue
      living.delete(environment)
      free.delete(environment)
    }
  }

  function take(): { environment: ExecutionEnvironment; coldStart: boolean } {
    dropDead()
    const [warm] = free
    const environment = warm ?? startExecutionEnvironment(options)
    living.add(environment)
    free.delete(environment)
    return { environment, coldStart: warm === undefined }
  }

  async function killAll(): Promise<void> {
    await Promise.all([...living].map((environment) => environment.kill()))
  }

  return { take, giveBack: (used) => void free.add(used), killAll }
}
