import { ConfigError } from '@lapse/core/errors'
import { type ApiKeys, isApiKey } from '@lapse/core/ory'
import type { Clock, Log } from '@lapse/core/ports'
import { once } from './once.ts'
import type { RotatedSecretStore } from './secrets-manager.ts'

/** However many calls are refused, the secret is read again no more often than this. */
const readAgainMs = 60_000

/** A secret that holds Ory's API key, and what it takes to read it. */
export interface StoredKey {
  readonly secretId: string
  readonly secrets: RotatedSecretStore
  readonly clock: Clock
  readonly log: Log
}

/**
 * Ory's API key out of a secret: read at the first call and kept. Once it is refused, AWSCURRENT is
 * read again and AWSPREVIOUS as well, so that it does not matter whether Ory or Secrets Manager
 * learns of a new key first. The one that worked is kept from then on.
 */
export function storedApiKeys({ secretId, secrets, clock, log }: StoredKey): ApiKeys {
  const readCurrent = async () => keyIn(await secrets.get(secretId), secretId)
  const readPrevious = async () => {
    const text = await secrets.previous(secretId)
    return text === undefined ? undefined : keyIn(text, secretId)
  }
  const firstRead = once(readCurrent)
  const known: { current?: string; stored: readonly string[] } = { stored: [] }

  async function readAgain(): Promise<void> {
    const reads = await Promise.allSettled([readCurrent(), readPrevious()])
    for (const read of reads) if (read.status === 'rejected') warn(read.reason)
    known.stored = reads.flatMap((read) => (read.status === 'fulfilled' ? (read.value ?? []) : []))
    const [current = known.current] = known.stored
    if (current !== undefined) known.current = current
  }

  /** The refusal is what the call ends with; this is why there was no way around it. */
  function warn(reason: unknown): void {
    const error = reason instanceof Error ? reason.name : typeof reason
    log.warn('the API key could not be read again', { secret_id: secretId, error })
  }

  const readAtMostOnceAMinute = once(readAgain, { maxAgeMs: readAgainMs, now: clock.now })
  return {
    current: async () => known.current ?? firstRead(),
    async another(refused) {
      await readAtMostOnceAMinute()
      return [known.current, ...known.stored].find((key) => key && !refused.includes(key))
    },
    worked: (key) => {
      known.current = key
    },
  }
}

/**
 * The key that a secret's text is. What cannot be one never counts as read: it would be refused
 * before Ory sees it, so that nothing would ever have the secret read again.
 * @throws ConfigError
 */
function keyIn(text: string, secretId: string): string {
  const key = text.trim()
  if (isApiKey(key)) return key
  throw new ConfigError(
    `secret ${secretId} holds no API key: it is empty, or holds a space or a line break`,
  )
}
