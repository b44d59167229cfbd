import { dynamoDbLedger } from '@lapse/aws/dynamodb-ledger'
import { dynamoDbPendingReceipts } from '@lapse/aws/pending-receipts'
import { required } from '@lapse/aws/settings/texts'
import { type MootReceiptRow, writeMootReceipt } from '@lapse/core/delivery'
import { type Closed, close } from '../dead-letters/close.ts'
import { type LetterJson, letterJson } from '../dead-letters/lines.ts'
import type { Outcome } from '../dead-letters/plan-letter.ts'
import {
  type PlannedLetter,
  type PlannedLetters,
  planLetters,
} from '../dead-letters/plan-letters.ts'
import { type DeadLetterOptions, nothingThere, readLetters } from '../dead-letters/read-letters.ts'
import { sqsDlq } from '../dead-letters/sqs-dlq.ts'
import { CommandError } from '../errors.ts'
import { type Block, columns } from '../output/layout.ts'
import { plain } from '../output/plain.ts'
import { print, printJson } from '../output/print.ts'
import { newProgress } from '../output/progress.ts'
import { unavailableProblem } from '../plan/plan-problem.ts'
import { untilSignal } from '../until-signal.ts'

type Told = LetterJson & {
  readonly became: Closed
  readonly why: string
  /** Where its receipt is in the ledger: workflow, event key and pass. */
  readonly receipt?: string
}

/**
 * `lapse dead-letters close`: what is moot gets a receipt that says so and is deleted; everything else
 * stays, and is told with the reason.
 */
export async function closeDeadLetters(
  messageId: string | undefined,
  { json, ...chosen }: DeadLetterOptions,
): Promise<void> {
  const signal = untilSignal()
  const { letters } = await readLetters(messageId, chosen, signal)
  if (letters.length === 0) return json ? printJson([]) : print(nothingThere(chosen))
  const planned = await planLetters(letters, chosen, signal)
  const { plans } = planned
  const receipts = new Map<string, string>()
  try {
    await closeAll(planned, receipts, signal)
  } finally {
    // What is gone is told, however this ends.
    const told = toldOf(plans, receipts)
    if (json) printJson(told)
    else print(...lines(told))
  }
  if (signal.aborted)
    throw new CommandError('interrupted; what is left is on its DLQ: run it again to go on')
  const left = plans.length - receipts.size
  if (left > 0)
    throw new CommandError(
      `${left} of ${plans.length} are still on their DLQ: redrive what is not moot, or drop what no worker can read`,
    )
}

async function closeAll(
  { plans, ledger, clock }: PlannedLetters,
  receipts: Map<string, string>,
  signal: AbortSignal,
): Promise<void> {
  const table = required(ledger.variables, 'LEDGER_TABLE')
  const services = {
    ledger: dynamoDbLedger<MootReceiptRow>(table, clock, ledger.dynamoDb),
    pendingReceipts: dynamoDbPendingReceipts(table, clock, ledger.dynamoDb),
    clock,
  }
  const progress = newProgress()
  try {
    for (const [named, ofOne] of Map.groupBy(plans, ([{ dlq }]) => dlq)) {
      if (ofOne.every(([, { proof }]) => proof === undefined)) continue
      using dlq = sqsDlq(named)
      const byId = new Map(ofOne.map((plan) => [plan[0].letter.messageId, plan]))
      await close(byId, {
        dlq,
        clock,
        write: (receipt) => writeMootReceipt(receipt, services).catch(unavailableProblem),
        stopped: () => signal.aborted,
        tell: ({ letter }, { workflow, event, pass }) => {
          receipts.set(letter.messageId, `${workflow}#${event.key}#${pass}`)
          progress.update(`the DLQ of ${named.name}: ${receipts.size} closed; Ctrl-C stops`)
        },
      })
    }
  } finally {
    progress.clear()
  }
}

function toldOf(
  plans: readonly PlannedLetter[],
  receipts: ReadonlyMap<string, string>,
): readonly Told[] {
  return plans.map(([described, { outcome, why }]) => {
    const receipt = receipts.get(described.letter.messageId)
    const said = letterJson(described)
    if (receipt !== undefined) return { ...said, became: 'closed', why, receipt }
    const isMoot = outcome === 'moot'
    return {
      ...said,
      became: isMoot ? 'not-found' : 'not-moot',
      why: isMoot ? 'somebody else has it just now' : whyNot(outcome, why),
    }
  })
}

function whyNot(outcome: Outcome, why: string): string {
  return outcome === 'refused' ? `a worker would refuse it: ${why}` : `${outcome}: ${why}`
}

const meanings: Readonly<Record<Closed, string>> = {
  closed: 'closed',
  'not-moot': 'not moot',
  'not-found': 'left',
}

function lines(told: readonly Told[]): readonly Block[] {
  const rows = told.map(({ message_id, queue, event, became, why }) => [
    message_id,
    queue,
    event.type,
    meanings[became],
    plain(why),
  ])
  const head = ['message', 'DLQ of', 'event', '', 'why']
  return columns(rows, { head, indent: 0 })
}
