import {
  type Clock,
  type Ledger,
  type RowKey,
  rowExpiry,
  type Stored,
} from '../../../ports/index.ts'
import {
  ledgerKeysOf,
  namesOf,
  openText,
  type Services,
  sealText,
  type WorkflowEvent,
} from '../../../run/index.ts'

/** A subject of an event, and the id of the event that lapse derives for it. */
export interface KeptSubject {
  readonly id: string
  readonly subject: string
}

/** What an event was found to be about, and what its id and source are to the ledger. */
export interface Kept {
  readonly subjects: readonly KeptSubject[]
  readonly foundNobody: number
  readonly id: string
  readonly source: string
}

/**
 * What an event about several subjects was found to be about, until a message for each of them is on
 * the queue. Nobody can read it in the ledger: it is under the ledger key.
 */
export interface KeptSubjectsRow {
  /** Absent once every message was sent. */
  readonly sealed?: string
  readonly subjects: number
  readonly foundNobody: number
}

/** What events about several subjects keep in the ledger besides their rows. */
export interface UserServices extends Services {
  readonly keptSubjects: Ledger<KeptSubjectsRow>
}

type At = Pick<UserServices, 'keptSubjects' | 'ledgerKey' | 'previousLedgerKeys'>

/** What is kept of an event, if anything is: in clear as far as it is needed any more. */
export type ReadKept =
  | { readonly kept: Kept; readonly isSent: false }
  | { readonly isSent: true; readonly subjects: number; readonly foundNobody: number }

interface Sought {
  readonly name: string
  readonly event: WorkflowEvent
}

/** Reads what an earlier delivery has found, under whichever ledger key that was. */
export async function readKept(sought: Sought, services: At): Promise<ReadKept | undefined> {
  for (const key of keysOf(sought, services)) {
    const stored = await services.keptSubjects.read(key)
    const read = stored && opened(stored.row, key, services)
    if (read !== undefined) return read
  }
  return undefined
}

/**
 * Keeps what was found, once: of two that look at the same time one finds that there is something.
 * @throws LedgerConflictError where something is kept already
 */
export async function keep(
  kept: Kept,
  sought: Sought,
  services: At & { readonly clock: Clock },
): Promise<void> {
  const [key] = keysOf(sought, services)
  const sealed = sealText(JSON.stringify(kept), useOf(key), services.ledgerKey)
  const { subjects, foundNobody } = kept
  const row = { sealed, subjects: subjects.length, foundNobody }
  await services.keptSubjects.write(key, row, 0, rowExpiry(services.clock))
}

/** Every message was sent: whom they are about need not be kept any longer. */
export async function forget(
  sought: Sought,
  services: At & { readonly clock: Clock },
): Promise<void> {
  for (const key of keysOf(sought, services)) {
    const stored: Stored<KeptSubjectsRow> | undefined = await services.keptSubjects.read(key)
    if (stored?.row.sealed === undefined) continue
    const { sealed: _sealed, ...row } = stored.row
    await services.keptSubjects.write(key, row, stored.version, rowExpiry(services.clock))
  }
}

function opened(row: KeptSubjectsRow, key: RowKey, services: At): ReadKept | undefined {
  const { sealed, subjects, foundNobody } = row
  if (sealed === undefined) return { isSent: true, subjects, foundNobody }
  const text = openText(sealed, useOf(key), ledgerKeysOf(services))
  return text === undefined ? undefined : { kept: JSON.parse(text) as Kept, isSent: false }
}

/** The first is that of the ledger key in use. */
function keysOf({ name, event }: Sought, services: At): readonly [RowKey, ...RowKey[]] {
  const keyOf = (eventName: string) => ({ workflow: name, event: eventName, pass: 'subjects' })
  const [current, ...previous] = namesOf(event, services)
  return [keyOf(current), ...previous.map(keyOf)]
}

function useOf({ workflow, event, pass }: RowKey): string {
  return `${workflow}#${event}#${pass}`
}
