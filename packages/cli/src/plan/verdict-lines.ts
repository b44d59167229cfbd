import type { DryRun } from '@lapse/core/run'
import { plain } from '../output/plain.ts'
import { remedies } from './remedies.ts'

/** By workflow: how things stand where nothing is left to be done. */
const asMeant: Readonly<Record<string, string>> = {
  'user-deleted': 'Ory lists nothing of this user any more',
  'user-suspended': 'Ory lists nothing of this user any more',
  'user-signed-out': 'Ory lists nothing of this user any more',
  'app-offboarded': 'Nothing of this is left to be done at Ory',
  'key-rotated': 'The new key is trusted already, and no key is to be retired',
}

/** By workflow: what nobody was asked without a ledger. */
const unasked: Readonly<Record<string, string>> = {
  'user-deleted': 'whether this event was processed before is not known',
  'user-suspended': 'whether this event was processed before is not known',
  'user-signed-out': 'whether this event was processed before is not known',
  'app-offboarded':
    'later events, and keys that lapse brought, do not count here, and no secret was looked at',
  'key-rotated': 'later events, removed issuers, and keys that lapse brought do not count here',
}

/** What a worker would say, one sentence after the other. */
export function verdictLines(plan: DryRun): readonly string[] {
  return [saying(plan), ...ledgerLines(plan)]
}

function saying({ workflow, verdict, steps }: DryRun): string {
  switch (verdict.result) {
    case 'to-do':
      return steps.length === 0
        ? 'lapse would call nothing now; what is left is due later.'
        : 'lapse would make the calls below, in this order.'
    case 'nothing-left': {
      const calls = steps.length === 0 ? 'call nothing' : 'make the calls below all the same'
      return `${asMeant[workflow] ?? 'Nothing is left'}: lapse would ${calls}, and write a receipt "done".`
    }
    case 'refused':
      return `lapse would refuse it, call nothing, and put the message on the DLQ as ${because(verdict.reason)}.`
    case 'refused-afterwards':
      return `lapse would make the calls below, write no receipt, and put the message on the DLQ as ${because(verdict.reason)}.`
    case 'superseded': {
      const { id, source, time } = verdict.superseded_by
      return `A later event about the same has begun (${plain(id)} from ${plain(source)}, ${time}): lapse would call nothing, and write a receipt "superseded".`
    }
    case 'done-before':
      return `This event has its receipt already ("${verdict.receipt}", ${verdict.closed_at}): lapse would call nothing.`
  }
}

function because(reason: string): string {
  const remedy = remedies[reason]
  return remedy === undefined ? reason : `${reason} (${remedy})`
}

function ledgerLines({ workflow, ledger }: DryRun): readonly string[] {
  if (ledger === 'asked') return []
  return [
    `The ledger was not asked: ${unasked[workflow] ?? 'what it holds does not count here'}. LEDGER_TABLE and LEDGER_KEY_SECRET_ID say where it is.`,
  ]
}
