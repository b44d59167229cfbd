import type { RotationRow, StrategyName } from './row.ts'

/**
 * `rotate`: AWSCURRENT has moved to the new version; `rollback`: it has moved back; `repair`: it has
 * moved away from a credential that did not authenticate; `retire`: the overlap has ended, and one
 * credential is left.
 */
export type RotationPass = 'rotate' | 'rollback' | 'repair' | 'retire'

/** As in the receipts of events: only `observed` was seen before and seen gone afterwards. */
export type RotationStatus = 'observed' | 'acknowledged'

/** The calls of one kind. */
export interface RotationReceiptStep {
  /** Ory's operation, or AWS's. */
  readonly op: string
  readonly by: string
  readonly status: RotationStatus
  readonly ends: readonly {
    readonly what: string
    readonly status: RotationStatus
    readonly seen?: { readonly before: number; readonly after: number }
  }[]
  readonly calls: number
  readonly attempts: readonly never[]
}

/** HTTP statuses. */
interface Canary {
  readonly at: string
  readonly credential: 200
  readonly wrong_credential: 401
}

/**
 * What was seen and done in one pass of a rotation, in the shape of the receipts of events, and
 * without any value of the secret. Immutable once written. Times are RFC 3339.
 */
export interface RotationReceipt {
  readonly workflow: 'secret-rotation'
  readonly pass: RotationPass
  readonly event: {
    readonly key: string
    readonly type: 'secret.rotation'
    /** The version that the rotation made; of a repair, the one that got AWSCURRENT. */
    readonly id: string
    /** The secret's ARN. */
    readonly source: string
    /** When Secrets Manager asked for the rotation; of a repair's version, when that began. */
    readonly time: string
  }
  readonly client_id: string
  readonly strategy: StrategyName
  /** Version ids of the secret. */
  readonly versions: { readonly new: string; readonly previous: string }
  /**
   * What Ory answered to the credential that AWSCURRENT moved to, and to a wrong one right after;
   * `null` where no label was moved, or nobody saw the answers.
   */
  readonly canary: Canary | null
  readonly result: 'done'
  readonly opened_at: string
  readonly closed_at: string
  /** Nobody counts them: Secrets Manager asks again by itself, and the sweep too. */
  readonly attempts: readonly never[]
  /** How many credentials authenticated, of those that were tried. */
  readonly before: Readonly<Record<string, number>>
  readonly after: Readonly<Record<string, number>>
  readonly steps: readonly RotationReceiptStep[]
  readonly may_still_work: readonly {
    readonly what: string
    readonly until: string | null
    readonly why: string
  }[]
  readonly preconditions: readonly string[]
  readonly notes: readonly string[]
  /** When the old credential is to be retired; `null` where nothing is left to retire. */
  readonly follow_up_not_before: string | null
}

/** A receipt as the ledger keeps it: in the member where the rows of events have theirs. */
export interface RotationReceiptRow {
  readonly receipt: RotationReceipt
  /** When it was marked for the receipts log, right before; rows before 2026-12 were not. */
  readonly markedAt?: number
}

/** The receipts of the passes that are over: for the same pass always the same one. */
export function receiptsOf(row: RotationRow): readonly RotationReceipt[] {
  return [rotateReceipt(row), rollbackReceipt(row), repairReceipt(row), retireReceipt(row)].filter(
    (receipt) => receipt !== undefined,
  )
}

function rotateReceipt(row: RotationRow): RotationReceipt | undefined {
  const { movedAt, startedAt, strategy, provenAt, previousAccepted } = row
  if (movedAt === undefined || row.repair?.by === 'new') return undefined
  const isCut = strategy === 'replace'
  const until = isCut ? null : isoTime(movedAt + row.overlapMs)
  return {
    ...headOf(row, 'rotate', provenAt),
    opened_at: isoTime(startedAt),
    closed_at: isoTime(movedAt),
    before: { credentials_accepted: 1 },
    after: { credentials_accepted: Number(provenAt !== undefined) + Number(previousAccepted ?? 0) },
    steps: [isCut ? ending(1, Number(previousAccepted ?? 1)) : creationBy(row), labelMove],
    may_still_work: [...oldCredential(previousAccepted, until), tokens],
    preconditions: [`consumers read the secret again ${isCut ? 'once they are refused' : inTime}`],
    notes: isCut || previousAccepted !== false ? [] : [oldWasRefused],
    follow_up_not_before: until,
  }
}

function rollbackReceipt(row: RotationRow): RotationReceipt | undefined {
  const { rolledBackAt, previousProvenAt, retireAt } = row
  if (rolledBackAt === undefined || retireAt === undefined) return undefined
  const until = isoTime(retireAt)
  return {
    ...headOf(row, 'rollback', previousProvenAt),
    opened_at: isoTime(retireAt - row.overlapMs),
    closed_at: isoTime(rolledBackAt),
    before: {},
    after: {},
    steps: [labelMove],
    may_still_work: [overlapping('the credential that was rolled back', until), tokens],
    preconditions: [`consumers read the secret again ${inTime}`],
    notes: [],
    follow_up_not_before: until,
  }
}

function repairReceipt(row: RotationRow): RotationReceipt | undefined {
  const { repair, strategy, movedAt } = row
  if (repair === undefined) return undefined
  const isNew = repair.by === 'new'
  const closedAt = isNew ? movedAt : repair.doneAt
  if (closedAt === undefined) return undefined

  const { versionId, brokenVersionId, openedAt } = repair
  const provenAt = isNew ? row.provenAt : repair.provenAt
  const isCut = isNew && strategy === 'replace'
  const until = isCut ? null : isoTime(isNew ? closedAt + row.overlapMs : (repair.retireAt ?? 0))
  const made = isCut ? [ending(0, 0)] : isNew ? [creationBy(row)] : []
  const head = headOf(row, 'repair', provenAt)
  return {
    ...head,
    // Within one overlap there may be several, and each replaces another version.
    event: {
      ...head.event,
      id: versionId,
      key: `${row.secretArn}#${versionId}#${brokenVersionId}`,
    },
    versions: { new: versionId, previous: brokenVersionId },
    opened_at: isoTime(openedAt),
    closed_at: isoTime(closedAt),
    before: { credentials_accepted: 0 },
    after: { credentials_accepted: Number(provenAt !== undefined) },
    steps: [...made, labelMove],
    may_still_work: [...(until === null ? [] : [overlapping(whateverElse, until)]), tokens],
    preconditions: ['consumers read the secret again once they are refused'],
    notes: [currentWasRefused],
    follow_up_not_before: until,
  }
}

function retireReceipt(row: RotationRow): RotationReceipt | undefined {
  const { retirement, closedAt } = row
  if (retirement?.after === undefined || closedAt === undefined) return undefined
  const { openedAt, before, old, after, clientGone } = retirement
  return {
    ...headOf(row, 'retire', undefined),
    opened_at: isoTime(openedAt),
    closed_at: isoTime(closedAt),
    before: { credentials_accepted: before },
    after: { credentials_accepted: after },
    steps: clientGone ? [] : [ending(old, 0)],
    may_still_work: [tokens],
    preconditions: [],
    notes: clientGone ? [clientWasGone] : after === 0 ? [currentIsRefused] : [],
    follow_up_not_before: null,
  }
}

const inTime = 'before the overlap ends'
const whateverElse = 'any other credential of the client'
const currentWasRefused = 'the credential at AWSCURRENT was refused before'
const oldWasRefused = 'the old credential was refused already: there is no overlap'
const clientWasGone = 'the client was gone, and its credentials with it'
const currentIsRefused = 'the credential at AWSCURRENT is refused'

function headOf(row: RotationRow, pass: RotationPass, provenAt: number | undefined) {
  const { secretArn, versionId, previousVersionId, startedAt, clientId, strategy } = row
  return {
    workflow: 'secret-rotation',
    pass,
    event: {
      key: `${secretArn}#${versionId}`,
      type: 'secret.rotation',
      id: versionId,
      source: secretArn,
      time: isoTime(startedAt),
    },
    client_id: clientId,
    strategy,
    versions: { new: versionId, previous: previousVersionId },
    canary: canaryAt(provenAt),
    attempts: [],
    result: 'done',
  } as const
}

function canaryAt(provenAt: number | undefined): Canary | null {
  if (provenAt === undefined) return null
  return { at: isoTime(provenAt), credential: 200, wrong_credential: 401 }
}

/** The call that gives the client its second credential, however often it was made. */
function creationBy({ strategy, pushes }: RotationRow): RotationReceiptStep {
  const made = { by: 'id', status: 'acknowledged', ends: [], attempts: [] } as const
  return strategy === 'native'
    ? { op: 'rotateOAuth2ClientSecret', ...made, calls: pushes }
    : { op: 'patchOAuth2Client', ...made, calls: 1 }
}

/** The call that leaves the client with one credential; gone is only what was there. */
function ending(before: number, after: number): RotationReceiptStep {
  const isGone = before > 0 && after === 0
  const end = isGone
    ? ({ status: 'observed', seen: { before, after } } as const)
    : ({ status: 'acknowledged' } as const)
  const ends = [{ what: 'the old credential', ...end }]
  return { op: 'patchOAuth2Client', by: 'id', status: end.status, ends, calls: 1, attempts: [] }
}

const labelMove: RotationReceiptStep = {
  op: 'UpdateSecretVersionStage',
  by: 'AWSCURRENT',
  status: 'acknowledged',
  ends: [],
  calls: 1,
  attempts: [],
}

/** What nobody looked at may work as well. */
function oldCredential(isAccepted: boolean | undefined, until: string | null) {
  const what = 'the old credential'
  if (isAccepted === false) return []
  if (until !== null) return [overlapping(what, until)]
  return [{ what, until, why: isAccepted ? 'Ory still accepts it' : 'its value is gone, untried' }]
}

function overlapping(what: string, until: string) {
  return { what, until, why: 'the sweep retires it when the overlap ends' }
}

const tokens = {
  what: 'access and refresh tokens of the client',
  until: null,
  why: 'a new credential ends no token that was issued before',
}

function isoTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString()
}

/** Whom and what a receipt is about, as it is looked for. */
export function thingsIn({ client_id, event }: RotationReceipt): readonly string[] {
  return [`client:${client_id}`, `secret:${event.source}`, `event:${event.id}`]
}
