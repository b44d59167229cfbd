import { CommandError } from '../errors.ts'

/** Rings whenever something has happened that somebody may be waiting for. */
export interface Bell {
  ring(): void
  /** Settles with the next ring. */
  next(): Promise<void>
}

export function newBell(): Bell {
  const state = { ringing: Promise.withResolvers<void>() }
  return {
    ring: () => {
      state.ringing.resolve()
      state.ringing = Promise.withResolvers()
    },
    next: () => state.ringing.promise,
  }
}

/** How long a wait may last, and when it is worth looking again. */
export interface Patience {
  readonly bell: Bell
  /** Ends every wait. */
  readonly over: AbortSignal
}

/**
 * Looks, and looks again with every ring of the bell, until there is something to see.
 *
 * @throws CommandError saying what never came
 */
export async function eventually<T>(
  what: string,
  look: () => Promise<T | undefined>,
  { bell, over }: Patience,
): Promise<T> {
  for (;;) {
    // Asked for before looking: what happens meanwhile is not missed.
    const ring = bell.next()
    const seen = await look()
    if (seen !== undefined) return seen
    await soonerThan(over, ring, what)
  }
}

/** A promise's value, unless time is over first. @throws CommandError saying what never came */
export async function soonerThan<T>(over: AbortSignal, hope: Promise<T>, what: string): Promise<T> {
  const given = Promise.withResolvers<never>()
  const giveUp = () =>
    given.reject(
      over.reason instanceof CommandError
        ? over.reason
        : new CommandError(
            `gave up waiting for ${what}; run it again, or see what the functions log`,
          ),
    )
  if (over.aborted) giveUp()
  over.addEventListener('abort', giveUp)
  try {
    return await Promise.race([hope, given.promise])
  } finally {
    over.removeEventListener('abort', giveUp)
  }
}
