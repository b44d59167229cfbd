import { type BucketTerms, bookedBucket, busyUntil, callsPerMinute } from '@lapse/core/budget'
import type { Clock } from '@lapse/core/ports'
import type { Stem } from '../stems.ts'

/** When messages are sent back. */
export interface RedrivePace {
  /** Whether there is anything to wait for: then messages are taken one by one, and not hidden meanwhile. */
  readonly isPaced: boolean
  /** Waited for before the first message, and with its worker's stem after every one that was sent. */
  readonly turn: (sent?: Stem) => Promise<void>
}

/** What a pace waits with. */
export interface PaceServices {
  readonly clock: Clock
  /** Until so many milliseconds are over, or somebody stops it. */
  readonly pause: (milliseconds: number) => Promise<unknown>
  readonly stopped: () => boolean
  /** Told when it waits for others. @param until milliseconds since the epoch */
  readonly tell: (until: number) => void
}

/** Messages go as soon as the queue has them: nobody knows of a limit. */
export const unpaced: RedrivePace = { isPaced: false, turn: async () => undefined }

/** So many messages a minute, as a person said. */
export function fixedPace(perMinute: number, { pause }: PaceServices): RedrivePace {
  return {
    isPaced: true,
    turn: async (sent) => {
      if (sent !== undefined) await pause(60_000 / perMinute)
    },
  }
}

const bucket = 'admin-low'

/**
 * What a worker calls for an event, of the bucket that is scarce: of a user with two sessions in both
 * passes, of an app that is deleted, of a key that replaces one.
 */
const scarceCalls: Readonly<Record<Stem, number>> = {
  'user-deleted': 6,
  'app-offboarded': 3,
  'key-rotated': 2,
}

/**
 * No faster than Ory's limit lets workers process them, and only while nobody stands in line for it:
 * an event of today goes before one that has lain on a DLQ. It books nothing, since the workers do:
 * calls that were booked here would be taken from them.
 */
export function budgetPace(
  terms: BucketTerms,
  { clock, pause, stopped, tell }: PaceServices,
): RedrivePace {
  const booked = bookedBucket(terms.limits, bucket)
  if (booked === undefined) return unpaced
  const msPerCall = 60_000 / callsPerMinute(booked.limit)
  return {
    isPaced: true,
    async turn(sent) {
      if (sent !== undefined) await pause(msPerCall * scarceCalls[sent])
      while (!stopped()) {
        const until = await busyUntil(terms, bucket)
        if (until <= clock.now()) return
        tell(until)
        await pause(Math.min(longestPauseMs, until - clock.now()))
      }
    },
  }
}

/** A line may get shorter than it was expected to be. */
const longestPauseMs = 15_000
