import { type Identified, idempotencyKey } from '../events/index.ts'
import { ledgerKeysOf } from './ledger-keys.ts'
import type { Services, WorkflowEvent } from './workflow.ts'

type Named = Identified & Pick<WorkflowEvent, 'derived' | 'mapping'>

/**
 * An event's names in the ledger, under each of its keys, the one in use first. What lapse says of
 * an event that it derived is a part of the name, so that no publisher's event can have the same; and
 * so is what its subjects are still to be found by, so that another mapping makes it another event.
 */
export function namesOf(
  event: Named,
  services: Pick<Services, 'ledgerKey' | 'previousLedgerKeys'>,
): readonly [string, ...string[]] {
  const identified = identityOf(event)
  const [current, ...previous] = ledgerKeysOf(services)
  return [
    idempotencyKey(current, identified),
    ...previous.map((key) => idempotencyKey(key, identified)),
  ]
}

/** The content of an event that is known as it is; `data` alone where there is nothing besides. */
function identityOf({ derived, mapping, ...event }: Named): Identified {
  const { data } = event
  if (derived !== undefined) return { ...event, data: { data, derived } }
  return mapping === undefined ? event : { ...event, data: { data, mapping } }
}
