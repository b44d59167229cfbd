import { hostname } from 'node:os'
import { dynamoDbLedger } from '@lapse/aws/dynamodb-ledger'
import { type LedgerKeys, ledgerKeys } from '@lapse/aws/ledger-keys'
import { secretsManager } from '@lapse/aws/secrets-manager'
import { required } from '@lapse/aws/settings/texts'
import type { BackfillRow, BackfillServices, Holder } from '@lapse/core/backfill'
import { UnavailableError } from '@lapse/core/errors'
import type { Clock, Ledger } from '@lapse/core/ports'
import type { WorkflowRow } from '@lapse/core/run'
import { pausing } from '../pause.ts'
import type { Place } from '../place.ts'
import type { Queue } from './open-queue.ts'

/** The key that a run's names hang on. @throws ConfigError */
export async function openKeys({ variables, secretsManager: aws }: Place): Promise<LedgerKeys> {
  return ledgerKeys(required(variables, 'LEDGER_KEY_SECRET_ID'), secretsManager(aws))
}

/** What a run needs of the outside. @throws ConfigError naming what is missing */
export function openRun(
  { variables, dynamoDb }: Place,
  keys: LedgerKeys,
  { send }: Queue,
  clock: Clock,
  signal: AbortSignal,
): BackfillServices {
  const table = required(variables, 'LEDGER_TABLE')
  const wait = pausing(signal)
  return {
    ...keys,
    runs: patient(dynamoDbLedger<BackfillRow>(table, clock, dynamoDb), wait),
    ledger: patient(dynamoDbLedger<WorkflowRow>(table, clock, dynamoDb), wait),
    send,
    clock,
    pause: wait,
    self: { host: hostname(), pid: process.pid },
    isGone,
  }
}

/** Of a process on another machine nobody here knows. */
function isGone({ host, pid }: Holder): boolean {
  if (host !== hostname()) return false
  try {
    process.kill(pid, 0)
    return false
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH'
  }
}

const mostTries = 10

/** A run takes days, in which DynamoDB may be out of reach for a minute. A write is not repeated here. */
function patient<Row>(
  ledger: Ledger<Row>,
  wait: (milliseconds: number) => Promise<unknown>,
): Ledger<Row> {
  return {
    ...ledger,
    async read(key) {
      for (let tried = 1; ; tried += 1)
        try {
          return await ledger.read(key)
        } catch (error) {
          if (!(error instanceof UnavailableError) || tried === mostTries) throw error
          await wait(1000 * 2 ** tried)
        }
    },
  }
}
