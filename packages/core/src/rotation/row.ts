import type { TokenEndpointAuthMethod } from '../ory/index.ts'
import type { Ledger, RowKey } from '../ports/index.ts'

/**
 * How a client gets its new credential: a second key in its inline `jwks`, Ory's own rotate
 * endpoint, or its one secret replaced.
 */
export type StrategyName = 'key-pair' | 'native' | 'replace'

/**
 * Where a rotation is:
 *
 * - `decided` — nothing was sent to Ory, but a public key perhaps (see `kids`);
 * - `pushing` — Ory's rotate endpoint was, or is being, called; whether it was done is told by the
 *   value of the pending version alone;
 * - `cutting` — the client's one secret is being replaced;
 * - `finishing` — the label is about to move: where it is, is told by the labels;
 * - `overlap` — the label has moved, old and new both work until `retireAt`;
 * - `rolled-back` — the label goes, or went, back to the old version, and both work until `retireAt`;
 * - `closed` — one credential is left;
 * - `given-up` — undone before the label moved.
 */
export type Phase =
  | 'decided'
  | 'pushing'
  | 'cutting'
  | 'finishing'
  | 'overlap'
  | 'rolled-back'
  | 'closed'
  | 'given-up'

/** The latest rotation of a secret, as the ledger keeps it. Times are milliseconds since the epoch. */
export interface RotationRow {
  readonly secretArn: string
  readonly clientId: string
  /** The version that the rotation makes: its `ClientRequestToken`. */
  readonly versionId: string
  readonly strategy: StrategyName
  readonly authMethod: TokenEndpointAuthMethod
  /** What the client's assertions are signed with; no matter where it has a secret. */
  readonly algorithm: string
  readonly phase: Phase
  readonly startedAt: number
  readonly overlapMs: number
  /** How often Ory's rotate endpoint was called for it; the secrets it gave may be unknown. */
  readonly pushes: number
  /** Whether the pending version's value was chosen here, and is to be pushed by setSecret. */
  readonly chosen?: boolean
  /** The keys of the client that are this rotation's: the old one, and the new one once it is named. */
  readonly kids: readonly string[]
  /** The version that had AWSCURRENT before. */
  readonly previousVersionId: string
  /** When the old credential, or after a rollback the new one, is to be retired. */
  readonly retireAt?: number
  readonly closedAt?: number
  /** When the new credential authenticated, and a wrong one beside it did not. */
  readonly provenAt?: number
  /** Whether the old credential was accepted beside it, or still, where the one secret was replaced. */
  readonly previousAccepted?: boolean
  /** When AWSCURRENT was seen to have moved to the new version, and back again. */
  readonly movedAt?: number
  readonly rolledBackAt?: number
  /** When the old credential authenticated before the label moved back, and a wrong one did not. */
  readonly previousProvenAt?: number
  /** What was accepted before and after the old credential was retired. */
  readonly retirement?: Retirement
  /** Set where AWSCURRENT was set right, by what this row made or within its overlap. */
  readonly repair?: Repair
}

/** How a credential at AWSCURRENT that did not authenticate is replaced. */
export interface Repair {
  /** `previous`: by the version at AWSPREVIOUS, within its overlap; `new`: by a new credential. */
  readonly by: 'previous' | 'new'
  /** The version that gets AWSCURRENT, and the one that has it. */
  readonly versionId: string
  readonly brokenVersionId: string
  readonly openedAt: number
  /** Of `previous`: when it authenticated, and a wrong one did not; and when its overlap ends. */
  readonly provenAt?: number
  readonly retireAt?: number
  /** Of `previous`: when AWSCURRENT was seen to have moved. */
  readonly doneAt?: number
}

/** How many credentials authenticated before and after the old one was retired. */
export interface Retirement {
  readonly openedAt: number
  readonly before: number
  /** How many of them were not the one at AWSCURRENT. */
  readonly old: number
  /** Absent until all but AWSCURRENT is ended. */
  readonly after?: number
  /** The client was gone, and all of its credentials with it. */
  readonly clientGone?: true
}

/**
 * What a server does with a secret that it is asked to rotate to: it makes that one the client's, it
 * makes another (`ignored`), or it answers 400.
 */
export type ChosenSecret = 'taken' | 'ignored' | 'refused'

/** What a server was seen to know, as the ledger keeps it. */
export interface EndpointRow {
  readonly rotates: boolean
  /** Milliseconds since the epoch. */
  readonly seenAt: number
  /** What it did with a secret that was sent along; absent: it was never sent one. */
  readonly chosenSecret?: ChosenSecret
}

/** A row under our lease, and the one way to write it. */
export interface OpenRow {
  readonly row: RotationRow
  /** The one in the ledger. */
  readonly version: number
  /** @throws LedgerConflictError if somebody took over */
  update(change: Partial<RotationRow>): Promise<void>
}

type Rows = Ledger<RotationRow>

/** One row for each secret: the next rotation takes its place, once it is closed or given up. */
export function rowKey(secretArn: string): RowKey {
  return { workflow: 'rotate-client-secret', event: secretArn, pass: 'rotation' }
}

/** The row of a secret's latest rotation, if it ever had one. */
export async function openRow(ledger: Rows, secretArn: string): Promise<OpenRow | undefined> {
  const stored = await ledger.read(rowKey(secretArn))
  return stored && opened(ledger, stored.row, stored.version)
}

/** Writes the row of a new rotation over the one that was read, `undefined` where there was none. */
export async function beginRow(
  ledger: Rows,
  row: RotationRow,
  over: OpenRow | undefined,
): Promise<OpenRow> {
  const version = await ledger.write(rowKey(row.secretArn), row, over?.version ?? 0, undefined)
  return opened(ledger, row, version)
}

function opened(ledger: Rows, row: RotationRow, version: number): OpenRow {
  const state = { row, version }
  return {
    get row() {
      return state.row
    },
    get version() {
      return state.version
    },
    async update(change) {
      const next = { ...state.row, ...change }
      state.version = await ledger.write(rowKey(row.secretArn), next, state.version, undefined)
      state.row = next
    },
  }
}

const beforeTheMove: ReadonlySet<Phase> = new Set(['decided', 'pushing', 'cutting', 'finishing'])

/** Whether steps of a rotation may still come: not once the label has moved, or all was undone. */
export function isUnderWay({ phase }: RotationRow): boolean {
  return beforeTheMove.has(phase)
}

/** Whether nothing of a rotation is left to do or to undo. */
export function isEnded({ phase }: RotationRow): boolean {
  return phase === 'closed' || phase === 'given-up'
}

/** Whether two credentials work on purpose, given the version that has AWSCURRENT. */
export function isOverlapping({ phase, versionId }: RotationRow, currentVersionId: string) {
  if (phase === 'finishing') return versionId === currentVersionId
  return phase === 'overlap' || phase === 'rolled-back'
}
