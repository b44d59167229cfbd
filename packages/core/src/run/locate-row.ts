import { subjectPseudonym } from '../events/index.ts'
import { namesOf } from './event-name.ts'
import type { EventRecord, Pass } from './event-record.ts'
import { ledgerKeysOf } from './ledger-keys.ts'
import type { Found } from './open-row.ts'
import { keyIdOf, masked } from './privacy.ts'
import { newRow, type WorkflowRow } from './row.ts'
import type { Delivery, Services, Workflow, WorkflowEvent } from './workflow.ts'

/** Where rows are, and the keys of their names. */
export type RowServices = Pick<Services, 'ledger' | 'ledgerKey' | 'previousLedgerKeys' | 'clock'>

/** What a row is looked for with. */
interface Sought<Event extends WorkflowEvent> {
  readonly workflow: Pick<Workflow<Event, unknown>, 'name' | 'about'>
  readonly event: Event
  readonly services: RowServices
}

/**
 * Finds the row of an event and pass, or says where it belongs.
 *
 * Its name is the event's idempotency key, under the ledger key in use or under the one before: a
 * row that was opened under that one stays open, and its follow-up pass is its own. A row under the
 * same name that is about another subject was made under another mapping of subjects: that is
 * another event, with a name of its own.
 */
export async function locateRow<Event extends WorkflowEvent>(
  workflow: Sought<Event>['workflow'],
  event: Event,
  { pass, key }: Pick<Delivery, 'pass' | 'key'>,
  services: RowServices,
): Promise<Found> {
  const sought = { workflow, event, services }
  if (event.key !== undefined) return foundAt(event.key, pass, sought)
  if (key !== undefined && (await isFirstPassOf(key, sought))) return foundAt(key, pass, sought)

  const found = await lookUnder(namesOf(event, services), pass, sought)
  if (found !== undefined) return found

  // Where the mapping of subjects has changed since, the subject is a part of the name.
  const bySubject = namesOf(
    { ...event, data: { data: event.data, subject: event.subject } },
    services,
  )
  return (await lookUnder(bySubject, pass, sought)) ?? foundAt(bySubject[0], pass, sought)
}

/**
 * Where the row of an event stands that nobody has worked on, without a look whether somebody has.
 * @returns `undefined` where only a look can tell: it may be under another name
 */
export function placeOfNew<Event extends WorkflowEvent>(
  workflow: Sought<Event>['workflow'],
  event: Event,
  { pass }: Pick<Delivery, 'pass'>,
  services: RowServices,
): Found | undefined {
  const [name, ...others] = namesOf(event, services)
  if (pass !== 'first' || event.key !== undefined || others.length > 0) return undefined
  return { ...placeAt(name, pass, { workflow, event, services }), isSupposed: true }
}

/**
 * The row under one of these names that is this event's; where none stands under any, the place for
 * it under the first.
 * @returns `undefined` where another's stands there
 */
async function lookUnder<Event extends WorkflowEvent>(
  names: readonly string[],
  pass: Pass,
  sought: Sought<Event>,
): Promise<Found | undefined> {
  let free: Found | undefined
  for (const name of names) {
    const found = await foundAt(name, pass, sought)
    free ??= found
    const known = found.stored ?? (await firstPassAt(name, pass, names.length, sought))
    if (known !== undefined) return isAboutSubject(known.row, sought) ? found : undefined
  }
  return free
}

/** The first pass tells under which name the second belongs; asked only where there are several. */
async function firstPassAt<Event extends WorkflowEvent>(
  name: string,
  pass: Pass,
  names: number,
  { workflow, services }: Sought<Event>,
) {
  if (pass === 'first' || names === 1) return undefined
  return services.ledger.read({ workflow: workflow.name, event: name, pass: 'first' })
}

/** Whether what a message calls its first pass really is one of this event. */
async function isFirstPassOf<Event extends WorkflowEvent>(
  key: string,
  { workflow, event, services }: Sought<Event>,
): Promise<boolean> {
  const stored = await services.ledger.read({ workflow: workflow.name, event: key, pass: 'first' })
  if (stored === undefined) return false
  const { type, time, id } = stored.row.event
  const ids = ledgerKeysOf(services).map((ledgerKey) => recordOf(key, event, ledgerKey).id)
  return type === event.type && time === event.time && ids.includes(id)
}

function isAboutSubject<Event extends WorkflowEvent>(
  row: WorkflowRow,
  { workflow, event, services }: Sought<Event>,
): boolean {
  return ledgerKeysOf(services).some((ledgerKey) => {
    const pseudonym = (subject: string) => subjectPseudonym(ledgerKey, subject)
    return workflow.about(event, pseudonym).subject === row.about.subject
  })
}

async function foundAt<Event extends WorkflowEvent>(
  name: string,
  pass: Pass,
  sought: Sought<Event>,
): Promise<Found> {
  const { workflow, services } = sought
  const stored = await services.ledger.read({ workflow: workflow.name, event: name, pass })
  return placeAt(name, pass, sought, stored)
}

function placeAt<Event extends WorkflowEvent>(
  name: string,
  pass: Pass,
  { workflow, event, services: { ledgerKey, clock } }: Sought<Event>,
  stored?: Found['stored'],
): Found {
  const openedAt = clock.now()
  return {
    key: { workflow: workflow.name, event: name, pass },
    stored,
    // Made only where it is needed: to look for a subject in all its spellings takes its time.
    get blank() {
      return newRow({
        workflow: workflow.name,
        pass,
        event: recordOf(name, event, ledgerKey),
        about: {
          ...workflow.about(event, (subject) => subjectPseudonym(ledgerKey, subject)),
          // What a follow-up brings out of the ledger may be under a key that was in use before.
          ...(event.key === undefined ? { key_id: keyIdOf(ledgerKey) } : {}),
        },
        openedAt,
      })
    },
  }
}

function recordOf(key: string, event: WorkflowEvent, ledgerKey: Uint8Array): EventRecord {
  const { id, source } = recordedNames(event, ledgerKey)
  const parent = event.derived?.['parent']
  return { key, type: event.type, id, source, time: event.time, ...(parent && { parent }) }
}

/** An event's id and source as ledger, receipts and logs may know them. */
export function recordedNames(
  { id, source, subject, names = [] }: WorkflowEvent,
  ledgerKey: Uint8Array,
): Pick<EventRecord, 'id' | 'source'> {
  const secrets = [...(subject === undefined ? [] : [subject]), ...names]
  const mask = (text: string) =>
    secrets.reduce(
      (known, secret) => (known === text ? masked(text, secret, ledgerKey) : known),
      text,
    )
  return { id: mask(id), source: mask(source) }
}
