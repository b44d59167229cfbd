import { UnavailableError } from '@lapse/core/errors'
import type { Clock } from '@lapse/core/ports'
import type { JSONWebKeySet } from 'jose'
import { memberAt, readPayload } from '../payload.ts'
import type { RevocationServices } from './services.ts'

/** A key that its issuer takes away works for as long at most. */
const keptMs = 10 * 60_000

/** How old keys may be where their URL fails. */
const oldestMs = 60 * 60_000

/** Whoever names keys that there are not makes no more requests than this with it. */
const restMs = 10_000

/** Within the time that a sender waits, and smaller than anything that is not a set of keys. */
const answerMs = 2500
const largest = 65_536

interface Kept {
  keys?: JSONWebKeySet
  readAt: number
  triedAt: number
  reading?: Promise<void> | undefined
}

/**
 * The keys of issuers by the URLs of their JWKS, kept for ten minutes, and read anew where none has
 * the id that is asked for.
 */
export function keySets({
  fetch,
  clock,
}: {
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>
  readonly clock: Clock
}): RevocationServices['keysAt'] {
  const sets = new Map<string, Kept>()

  async function readAgain(url: string, kept: Kept): Promise<void> {
    kept.triedAt = clock.now()
    try {
      const keys = await keysIn(url, fetch)
      Object.assign(kept, { keys, readAt: clock.now() })
    } catch {
      // What is kept decides; a failure may quote whatever answered.
    } finally {
      kept.reading = undefined
    }
  }

  return async (url, keyId) => {
    const kept = sets.get(url) ?? { readAt: 0, triedAt: 0 }
    sets.set(url, kept)
    const isKnown = () => kept.keys?.keys.some(({ kid }) => kid === keyId) === true
    const age = () => clock.now() - kept.readAt
    const isFresh = isKnown() && age() < keptMs
    if (!isFresh && (kept.reading !== undefined || clock.now() - kept.triedAt >= restMs)) {
      kept.reading ??= readAgain(url, kept)
      await kept.reading
    }
    // Keys that were read since the last failure say that there is none of that id.
    const isTold = isKnown() ? age() < oldestMs : kept.readAt >= kept.triedAt
    if (kept.keys !== undefined && isTold) return kept.keys
    throw new UnavailableError(url, 'no set of keys')
  }
}

async function keysIn(
  url: string,
  fetch: (url: string, init: RequestInit) => Promise<Response>,
): Promise<JSONWebKeySet> {
  const response = await fetch(url, {
    headers: { accept: 'application/json' },
    // Somewhere else somebody else may answer.
    redirect: 'error',
    signal: AbortSignal.timeout(answerMs),
  })
  if (response.status !== 200 || response.body === null) throw new Error('no keys')
  const keys = memberAt(readPayload(await bytesOf(response.body)), 'keys')
  if (!Array.isArray(keys)) throw new Error('no keys')
  return { keys: keys.filter((key) => typeof memberAt(key, 'kid') === 'string') }
}

async function bytesOf(body: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of body) {
    size += chunk.length
    if (size > largest) throw new Error('too large')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
