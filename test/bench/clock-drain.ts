import { type ClockDrained, drainByTheClock } from '../budget/clock-drain.ts'
import { cellsOf, type Measured, type Ratio } from './measured.ts'

/** A mass deletion through the whole local system, on the machine's own clock. */
export async function benchClockDrain(): Promise<Measured> {
  return measuredOf(await drainByTheClock({ tier: 'growth', users: 300 }))
}

/** What such a drain came to, as the page has it. */
export function measuredOf(drained: ClockDrained): Measured {
  const { ratio: value, users, refused, incidentSeconds, busyGbs, waitingGbs } = drained
  const ratio: Ratio = {
    of: 'drain on the clock ÷ what the limit allows, growth',
    value,
    from: value,
    to: value,
    target: { atMost: 1.05 },
  }
  return {
    tables: [
      {
        title: 'Drain: users deleted all at once, on the clock, the whole local system',
        rows: [
          [
            'plan',
            'users',
            'seconds',
            'answered 429',
            '÷ allowed',
            'middle half',
            '',
            'incidents in it, s',
            'GB-s a user',
            'of it waiting',
          ],
          [
            'growth',
            String(users),
            drained.seconds.toFixed(0),
            String(refused),
            ...cellsOf(ratio),
            incidentSeconds.map((seconds) => seconds.toFixed(2)).join(', '),
            busyGbs.toFixed(2),
            waitingGbs.toFixed(3),
          ],
        ],
      },
    ],
    ratios: [ratio],
  }
}
