import type { FunctionError } from './messages.ts'

/** What a handler threw, as Lambda's Node.js runtime reports it. */
export function thrown(error: unknown, errorType?: string): FunctionError {
  if (!(error instanceof Error)) {
    return { errorType: errorType ?? typeof error, errorMessage: String(error), trace: [] }
  }
  return {
    errorType: errorType ?? error.name,
    errorMessage: error.message,
    trace: error.stack?.split('\n') ?? [],
  }
}

/** The invocation outlived the function's timeout and was killed. */
export function timedOut(requestId: string, timeoutMs: number): FunctionError {
  const seconds = (timeoutMs / 1000).toFixed(2)
  return {
    errorType: 'Sandbox.Timedout',
    errorMessage: `RequestId: ${requestId} Error: Task timed out after ${seconds} seconds`,
  }
}

/** The process ended before it answered; `how` is its exit status or the signal that killed it. */
export function exited(requestId: string, how: string): FunctionError {
  return {
    errorType: 'Runtime.ExitError',
    errorMessage: `RequestId: ${requestId} Error: Runtime exited with error: ${how}`,
  }
}

/** The host was told to stop, and did not wait any longer. */
export function stopped(requestId: string): FunctionError {
  return {
    errorType: 'Sandbox.Stopped',
    errorMessage: `RequestId: ${requestId} Error: Stopped before it answered`,
  }
}
