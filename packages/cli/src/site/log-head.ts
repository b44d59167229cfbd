import { dynamoDbLedger } from '@lapse/aws/dynamodb-ledger'
import { required } from '@lapse/aws/settings/texts'
import type { LogHead } from '@lapse/core/ports'
import { headKey } from '@lapse/core/receipts-log'
import { CannotTell } from './cannot-tell.ts'
import type { Site } from './site.ts'
import { stagePrefix } from './stage-prefix.ts'

/** How large the receipts log is, and when that was committed; milliseconds since the epoch. */
export type HeadSeen = Pick<LogHead, 'size' | 'time'>

/**
 * The newest checkpoint, by the log's head in the ledger; `undefined` where there never was one.
 * @throws CannotTell where it is not known what the log is called
 */
export async function readHead(site: Site): Promise<HeadSeen | undefined> {
  const { place, variables, clock } = site
  const ledger = dynamoDbLedger<LogHead>(required(variables, 'LEDGER_TABLE'), clock, place.dynamoDb)
  return (await ledger.read(headKey(await originOf(site))))?.row
}

async function originOf(site: Site): Promise<string> {
  const named = site.variables['RECEIPTS_LOG_ORIGIN']
  if (named) return named
  if (site.isDev) throw new CannotTell('lapse dev has no receipts log')
  const { environment } = await site.aws.function(`${await stagePrefix(site)}seal`)
  const origin = environment['RECEIPTS_LOG_ORIGIN']
  if (origin) return origin
  throw new CannotTell('the function seal does not say what the log is called')
}
