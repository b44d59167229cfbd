import type { TableSeen, TableUpkeep } from '../../site/aws/table.ts'
import { type Check, type Problem, unless, well, wrong } from '../check.ts'

/** The ledger's table, if it is there; `upkeep` is missing where nobody keeps it (`lapse dev`). */
export interface LedgerTableSeen {
  readonly name: string
  readonly table: TableSeen | undefined
  readonly upkeep: TableUpkeep | undefined
}

export const table: Check<LedgerTableSeen> = {
  name: 'table',
  about: "DynamoDB: the ledger's table",
  read: async ({ aws, variables, isDev }) => {
    const table = await aws.table()
    const isKept = table !== undefined && !isDev
    return {
      name: variables['LEDGER_TABLE'] ?? '',
      table,
      upkeep: isKept ? await aws.upkeep() : undefined,
    }
  },
  judge: ({ name, table, upkeep }) => {
    if (table === undefined)
      return wrong(
        `there is no table ${name}: every event waits`,
        'restore it from a backup, deploy, or set LEDGER_TABLE to the right one',
      )
    return unless(
      [...problemsOf(table), ...(upkeep === undefined ? [] : problemsOfUpkeep(upkeep))],
      well(
        upkeep === undefined
          ? `${name} is as it should be; lapse dev expires no rows, and keeps none`
          : `${name} expires rows, can be recovered, and takes as much as comes`,
      ),
    )
  },
}

const keys = 'pk HASH, sk RANGE'

function problemsOf({ status, keys: has, isOnDemand, writeUnits }: TableSeen): readonly Problem[] {
  const problems: Problem[] = []
  if (has !== keys)
    problems.push({
      says: `its keys are ${has || 'none'}`,
      todo: `make a table whose keys are ${keys}, both strings`,
    })
  if (!/^(ACTIVE|UPDATING)$/.test(status))
    problems.push({ says: `it is ${status}`, todo: 'wait until it is ACTIVE, or restore it' })
  if (!isOnDemand)
    problems.push({
      says: `it takes ${writeUnits} write units a second, and throttles what is more: a mass deletion waits`,
      todo: 'set its capacity mode to on-demand',
    })
  return problems
}

function problemsOfUpkeep({ expiresBy, isRecoverable }: TableUpkeep): readonly Problem[] {
  const problems: Problem[] = []
  if (expiresBy !== 'expires_at')
    problems.push({
      says: expiresBy === undefined ? 'its rows never expire' : `its rows expire by ${expiresBy}`,
      todo: 'turn time to live on, by the attribute expires_at',
    })
  if (!isRecoverable)
    problems.push({
      says: 'it cannot be recovered: who deletes a row deletes a receipt for good',
      todo: 'turn point-in-time recovery on',
    })
  return problems
}
