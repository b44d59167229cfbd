import { attempt, isAnswer, systemClock } from '@lapse/core/transport'
import type { Dispatcher } from 'undici'
import { awsPool } from './aws-pool.ts'
import { type CallLimits, usual, type WithLimits } from './client-settings.ts'
import { failureIn } from './no-answer.ts'

/** A request of AWS's client, as far as it counts where all is JSON that is posted to one path. */
interface HttpRequest {
  readonly method: Dispatcher.HttpMethod
  readonly protocol: string
  readonly hostname: string
  readonly port?: number
  readonly path: string
  readonly headers: Record<string, string>
  readonly body?: string | Uint8Array
}

/**
 * A client's configuration, by which it sends requests over undici, as those to Ory and DynamoDB
 * are: of two clients of HTTP a function then starts one. For services that speak JSON alone.
 */
export function overUndici<Config extends object>(config: WithLimits<Config>): WithLimits<Config> {
  return { requestHandler: undiciHandler(config.limits ?? usual), ...config }
}

/** What AWS's clients call a request handler. */
function undiciHandler(limits: CallLimits) {
  const pools = new Map<string, Dispatcher>()
  const poolAt = (origin: string) => {
    const pool = pools.get(origin) ?? awsPool(origin, limits)
    pools.set(origin, pool)
    return pool
  }
  return {
    metadata: { handlerProtocol: 'http/1.1' },
    async handle(request: HttpRequest, { abortSignal }: { abortSignal?: AbortSignal } = {}) {
      const { method, path, headers, body = null } = request
      const bounds = { timeoutMs: limits.answerMs, signal: abortSignal, clock: systemClock }
      const pool = poolAt(originOf(request))
      const outcome = await attempt(pool, { method, path, headers, body }, bounds)
      if (!isAnswer(outcome)) throw failureIn(outcome)
      return {
        response: {
          statusCode: outcome.status,
          headers: singly(outcome.headers),
          body: Buffer.from(outcome.text),
        },
      }
    },
    // It is configured once, above.
    updateHttpClientConfig: () => undefined,
    httpHandlerConfigs: () => ({}),
    destroy: () => {
      for (const pool of pools.values()) void pool.destroy()
    },
  }
}

function originOf({ protocol, hostname, port }: HttpRequest): string {
  return `${protocol}//${hostname}${port === undefined ? '' : `:${port}`}`
}

/** AWS's clients know no repeated headers. */
function singly(headers: Readonly<Record<string, string | string[] | undefined>>) {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]))
}
