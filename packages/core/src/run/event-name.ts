import { type Identified, idempotencyKey } from '../events/index.ts'
import type { Derivation } from './derivation.ts'
import { ledgerKeysOf } from './ledger-keys.ts'
import type { Services, WorkflowEvent } from './workflow.ts'

type Named = Identified & Pick<WorkflowEvent, 'derived'>

/**
 * An event's names in the ledger, under each of its keys, the one in use first. What lapse says of
 * an event that it derived is a part of the name, so that no publisher's event can have the same.
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
function identityOf({ derived, ...event }: Named): Identified {
  return derived === undefined ? event : { ...event, data: contentWith(event.data, derived) }
}

function contentWith(data: unknown, derived: Derivation): object {
  return { data, derived }
}
