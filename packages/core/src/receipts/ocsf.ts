import { eventKeyOf, type SomeReceipt } from './some-receipt.ts'
import { verdictOf } from './verdict.ts'

/** An event of the Open Cybersecurity Schema Framework, as far as receipts fill it. */
export type OcsfEvent = OcsfBase &
  (
    | (typeof accountChange & { readonly user: OcsfUser })
    | (typeof entityManagement & { readonly entity: OcsfEntity })
  )

interface OcsfBase {
  readonly activity_id: number
  readonly activity_name: string
  readonly category_uid: 3
  readonly category_name: string
  readonly type_uid: number
  readonly severity_id: 1
  readonly severity: string
  readonly status_id: 1 | 99
  readonly status: string
  readonly status_detail: string
  readonly message: string
  /** Milliseconds since the epoch, like the other two. */
  readonly time: number
  readonly start_time: number
  readonly end_time: number
  readonly duration: number
  readonly metadata: Readonly<Record<string, unknown>>
  readonly unmapped: Readonly<Record<string, unknown>>
}

/**
 * A pseudonym is nobody's name: it is the user's alternate id. A user needs one of account, name and
 * uid besides, and of these only an account can be said to be known by a pseudonym.
 */
interface OcsfUser {
  readonly uid_alt: string
  readonly account: { readonly uid: string; readonly type_id: 99; readonly type: string }
}

interface OcsfEntity {
  readonly uid: string
  readonly type_id: 99
  readonly type: string
}

/** What was done, by the class's own numbers; 99 is any other. */
interface Activity {
  readonly id: number
  readonly name: string
}

const version = '1.8.0'

const accountChange = { class_uid: 3001, class_name: 'Account Change' } as const
const entityManagement = { class_uid: 3004, class_name: 'Entity Management' } as const

/** By the event's type; what is not here changes an account otherwise. */
const accountActivities: Readonly<Record<string, Activity>> = {
  'user.deleted': { id: 6, name: 'Delete' },
  'user.suspended': { id: 5, name: 'Disable' },
  'user.signed-out': { id: 99, name: 'Sign Out' },
}

/**
 * A receipt as an event of OCSF 1.8.0: of a user `account_change`, of a client, an owner, an issuer
 * or a secret `entity_management`. It says what was known when the receipt was closed.
 *
 * @param id the receipt's
 */
export function ocsfEvent(id: string, receipt: SomeReceipt): OcsfEvent {
  const user = userOf(receipt)
  if (user === undefined) {
    const activity = isClosing(receipt) ? closing : entityActivity(receipt)
    const base = baseOf(receipt, entityManagement.class_uid, activity, id)
    return { ...base, ...entityManagement, entity: entityOf(receipt) }
  }
  const { type } = receipt.event
  const named = accountActivities[type] ?? { id: 99, name: type }
  const activity = isClosing(receipt) ? closing : named
  const base = baseOf(receipt, accountChange.class_uid, activity, id)
  return { ...base, ...accountChange, user }
}

/** Of a dead letter that was closed: nothing was done to what its event is about. */
const closing: Activity = { id: 99, name: 'Close Dead Letter' }

function isClosing({ result }: SomeReceipt): boolean {
  return result === 'moot'
}

const statuses: Readonly<Record<SomeReceipt['result'], string>> = {
  done: 'Success',
  superseded: 'Superseded',
  moot: 'Moot',
}

/** An issuer's receipt may name a subject as well, and is about the issuer. */
function userOf({ subject, issuer }: SomeReceipt): OcsfUser | undefined {
  if (subject === undefined || issuer !== undefined) return undefined
  return {
    uid_alt: subject,
    account: { uid: subject, type_id: 99, type: 'OAuth 2.0 subject (pseudonym)' },
  }
}

function entityOf({ workflow, event, issuer, client_id, owner }: SomeReceipt): OcsfEntity {
  const about = {
    'Client secret': workflow === 'secret-rotation' ? event.source : undefined,
    'Trusted JWT issuer': issuer,
    'OAuth 2.0 client': client_id,
    'Owner of OAuth 2.0 clients': owner,
  }
  const [type, uid] = Object.entries(about).find(([, id]) => id !== undefined) ?? []
  return { uid: uid ?? event.key, type_id: 99, type: type ?? 'Event' }
}

/** By what was done to the entity: an event's type does not tell suspended from deleted. */
function entityActivity({ event, after, steps }: SomeReceipt): Activity {
  const update = { id: 3, name: 'Update' }
  if (event.type !== 'app.offboarded') return update
  if ((after['suspended_clients'] ?? 0) > 0) return { id: 12, name: 'Suspend' }
  const isRestored = steps.some(({ ends }) => ends.some(({ what }) => what === 'the suspension'))
  if (isRestored) return { id: 13, name: 'Resume' }
  // A client that is there, and not suspended, was changed and no more.
  return (after['clients'] ?? 0) > 0 ? update : { id: 4, name: 'Delete' }
}

function baseOf(receipt: SomeReceipt, classUid: number, activity: Activity, id: string): OcsfBase {
  const [start, end] = [Date.parse(receipt.opened_at), Date.parse(receipt.closed_at)]
  const isDone = receipt.result === 'done'
  const message = verdictOf([receipt], end, false)
  return {
    activity_id: activity.id,
    activity_name: activity.name,
    category_uid: 3,
    category_name: 'Identity & Access Management',
    type_uid: classUid * 100 + activity.id,
    severity_id: 1,
    severity: 'Informational',
    status_id: isDone ? 1 : 99,
    status: statuses[receipt.result],
    status_detail: message,
    message,
    time: end,
    start_time: start,
    end_time: end,
    duration: Math.max(0, end - start),
    metadata: metadataOf(id, receipt),
    unmapped: unmappedOf(receipt),
  }
}

function metadataOf(id: string, receipt: SomeReceipt): OcsfBase['metadata'] {
  const { event } = receipt
  return {
    version,
    product: { name: 'lapse', vendor_name: 'lapse' },
    log_name: 'receipts',
    uid: id,
    correlation_uid: eventKeyOf(receipt),
    original_event_uid: event.id,
    original_time: event.time,
    event_code: event.type,
    source: event.source,
  }
}

/** What OCSF has no place for. */
function unmappedOf(receipt: SomeReceipt): OcsfBase['unmapped'] {
  const { workflow, pass, lane, result, before, after, steps, key_id } = receipt
  const { may_still_work, preconditions, notes, follow_up_not_before, superseded_by, waited } =
    receipt
  const { unseen_after } = receipt
  return {
    workflow,
    pass,
    ...(lane !== undefined && { lane }),
    result,
    ...(superseded_by !== undefined && { superseded_by }),
    ...(key_id !== undefined && { key_id }),
    ...(waited !== undefined && { waited }),
    before,
    after,
    ...(unseen_after !== undefined && { unseen_after }),
    steps: steps.map(({ op, by, status, ends, calls }) => ({ op, by, status, ends, calls })),
    may_still_work,
    preconditions,
    notes,
    follow_up_not_before,
  }
}
