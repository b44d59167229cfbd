import { askTheTime } from '@lapse/aws/ask-the-time'
import { dynamoDbLedger } from '@lapse/aws/dynamodb-ledger'
import { measuredClock } from '@lapse/aws/measured-clock'
import { type Clock, systemClock } from '@lapse/core/ports'
import { durationText } from './output/duration.ts'
import { printAside } from './output/print.ts'
import type { StageOption } from './place/find-place.ts'
import type { Place } from './place.ts'

/** A table that is not there is told by whatever is done next, and soon. */
const impatient = { connectMs: 1000, answerMs: 2000, attempts: 1, callMs: 3000 }

/**
 * A place whose table says what time it is, and a clock that goes by it. For commands that write times
 * which workers compare with theirs, such as the end of a lease: of a clock that is minutes behind it
 * would have ended before it begins.
 */
export async function inAwsTime(
  place: Place & StageOption,
): Promise<{ readonly place: Place & StageOption; readonly clock: Clock }> {
  const clock = measuredClock(systemClock, tell)
  const dynamoDb = { ...place.dynamoDb, hear: clock.hear }
  const { LEDGER_TABLE: table } = place.variables
  if (table) {
    const by = { ...dynamoDb, limits: impatient }
    await askTheTime(dynamoDbLedger(table, clock, by))
  }
  return { place: { ...place, dynamoDb }, clock }
}

function tell(aheadMs: number): void {
  const off = `${durationText(Math.abs(aheadMs))} ${aheadMs > 0 ? 'behind' : 'ahead of'}`
  printAside(`This machine's clock is ${off} AWS's, which counts here; have it synchronised (NTP).`)
}
