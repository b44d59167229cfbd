import { dynamoDbLedger } from '@lapse/aws/dynamodb-ledger'
import { rateLimits } from '@lapse/aws/settings/rate-limits'
import { required } from '@lapse/aws/settings/texts'
import {
  type BucketState,
  type BucketTerms,
  type Circuit,
  pacing,
  projectAt,
  rateBudget,
} from '@lapse/core/budget'
import type { Pace } from '@lapse/core/ory'
import { type Clock, systemClock } from '@lapse/core/ports'
import { timeText } from '../output/time.ts'
import { pausing } from '../pause.ts'
import type { Place } from '../place.ts'
import { waitingPace } from './waiting-pace.ts'

/** A person who looks is told what Ory says by itself, also where workers take it to be down. */
const alwaysClosed: Circuit = {
  pass: async () => undefined,
  failed: async () => undefined,
  answered: () => undefined,
}

/** The limits of a place's Ory, and where its workers keep what is left of them. @throws ConfigError */
export function openBudget(
  { variables, dynamoDb }: Place,
  adminUrl: string | undefined,
  clock: Clock = systemClock,
) {
  return {
    ledger: dynamoDbLedger<BucketState>(required(variables, 'LEDGER_TABLE'), clock, dynamoDb),
    clock,
    project: projectAt(adminUrl ?? ''),
    limits: rateLimits(variables),
  } satisfies BucketTerms
}

/**
 * The pace of a person who reads: out of the budget that the workers share, in the lane `hygiene`,
 * so that no revocation waits for it.
 * @param tell says what is waited for
 */
export function readingPace(
  terms: ReturnType<typeof openBudget>,
  tell: (text: string) => void,
  signal: AbortSignal,
): Pace {
  const { clock } = terms
  const paces = pacing({ budget: rateBudget(terms), circuit: alwaysClosed, clock })
  const standing = paces.standingPace({
    lane: 'hygiene',
    event: 'lapse',
    patienceMs: longestSlotMs,
  })
  return waitingPace(standing, {
    clock,
    pause: pausing(signal),
    tell: (bucket, until) =>
      tell(
        `waits for Ory's rate limit (${bucket}) until ${timeText(new Date(until).toISOString())}`,
      ),
    signal,
  })
}

/** A slot that is booked so far ahead is waited for; what is further ahead is asked for again. */
const longestSlotMs = 3000

/** A call that waits for its turn may do so for as long, in milliseconds. */
export const longestWaitMs = 15 * 60_000
