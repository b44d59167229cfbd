/** What went wrong, in the shape Lambda answers with. */
export interface FunctionError {
  readonly errorType: string
  readonly errorMessage: string
  readonly trace?: readonly string[]
}

/** What a handler's context says that is the same for every invocation. */
export interface FunctionFacts {
  readonly functionName: string
  readonly functionVersion: string
  readonly invokedFunctionArn: string
  readonly memoryLimitInMB: string
  readonly logGroupName: string
  readonly logStreamName: string
}

/** From the host to an execution environment: run the handler once. */
export interface InvokeMessage {
  readonly requestId: string
  /** When the invocation is killed, in milliseconds since the epoch. */
  readonly deadline: number
  readonly facts: FunctionFacts
  readonly event: unknown
}

/** From an execution environment to the host. After a `crash` the process ends by itself. */
export type RuntimeMessage =
  | { readonly type: 'ready' }
  | { readonly type: 'response'; readonly payload: string }
  | { readonly type: 'error'; readonly error: FunctionError }
  | { readonly type: 'crash'; readonly error: FunctionError }
