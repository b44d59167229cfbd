/** How long an AWS client waits, in milliseconds, and how often it tries. */
export interface CallLimits {
  /** For a connection. */
  readonly connectMs: number
  /**
   * For one attempt, from the connection to the last byte of its answer. In what AWS's own handler
   * sends, the answer's body counts by its pauses alone.
   */
  readonly answerMs: number
  readonly attempts: number
  /** For a whole call: every attempt, and the pauses between them. */
  readonly callMs: number
}

/**
 * Three attempts of 2 s and the pauses between them, which are longest where AWS throttles, end
 * within 8 s: short beside a function's timeout, long beside what AWS takes on any good day.
 */
export const usual: CallLimits = { connectMs: 1000, answerMs: 2000, attempts: 3, callMs: 8000 }

/** A client's configuration, and limits other than the usual ones. */
export type WithLimits<Config> = Config & { readonly limits?: CallLimits }

/** What counts of a client here. */
interface Client {
  send(command: never, options?: { abortSignal?: AbortSignal }): Promise<unknown>
}

/**
 * Makes a client every call of which ends in time. Without this the SDK waits for an answer for as
 * long as the connection stands, and an invocation ends with nothing put off.
 */
export function boundedClient<Config extends object, Made extends Client>(
  Constructor: new (config: Config) => Made,
  { limits = usual, ...config }: WithLimits<Config>,
): Made {
  const made = new Constructor({ ...settingsOf(limits), ...config } as unknown as Config)
  const send = made.send.bind(made)
  made.send = (command, options) =>
    send(command, { abortSignal: AbortSignal.timeout(limits.callMs), ...options })
  return made
}

function settingsOf({ connectMs, answerMs, attempts }: CallLimits) {
  return {
    maxAttempts: attempts,
    requestHandler: {
      connectionTimeout: connectMs,
      requestTimeout: answerMs,
      throwOnRequestTimeout: true,
      // Until the headers, the timeout above counts; while the body comes, this one.
      socketTimeout: answerMs,
    },
  }
}
