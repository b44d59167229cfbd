import { boundedClient } from '@lapse/aws/client-settings'
import type { AwsConfig } from '../../place.ts'

/** A person waits: a service that does not answer is given up on within seconds. */
export const limits = { connectMs: 3000, answerMs: 5000, attempts: 2, callMs: 10_000 } as const

/** A client that gives up as soon, and is closed at the end of its scope. */
export function clientOf<Made extends Client>(
  Constructor: new (config: AwsConfig) => Made,
  config: AwsConfig,
): Made & Disposable {
  const client = boundedClient(Constructor, { ...config, limits })
  return Object.assign(client, { [Symbol.dispose]: () => client.destroy() })
}

interface Client {
  send(command: never, options?: { abortSignal?: AbortSignal }): Promise<unknown>
  destroy(): void
}
