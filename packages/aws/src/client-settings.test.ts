import { expect, test } from 'vitest'
import { boundedClient } from './client-settings.ts'

interface Config {
  readonly maxAttempts?: number
  readonly requestHandler?: Readonly<Record<string, number | boolean>>
}

class Client {
  readonly config: Config
  constructor(config: Config) {
    this.config = config
  }
  async send(_command: never, options: { abortSignal?: AbortSignal } = {}) {
    return options.abortSignal
  }
}

test('leaves AWS at most three attempts of two seconds', () => {
  const { config } = boundedClient(Client, {})

  expect(config).toEqual({
    maxAttempts: 3,
    requestHandler: {
      connectionTimeout: 1000,
      requestTimeout: 2000,
      throwOnRequestTimeout: true,
      socketTimeout: 2000,
    },
  })
})

test('gives every call a signal that ends it, unless it brings its own', async () => {
  const client = boundedClient(Client, {})
  const { signal } = new AbortController()

  expect(await client.send(undefined as never)).toBeInstanceOf(AbortSignal)
  expect(await client.send(undefined as never, { abortSignal: signal })).toBe(signal)
})
