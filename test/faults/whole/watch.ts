import type { RowKey } from '@lapse/core/ports'
import { acceptedCalls, type Receipt, type WorkflowRow } from '@lapse/core/run'
import type { ResetRow } from '@lapse/core/workflows'
import type { Canaries } from './canaries.ts'
import type { OryWitness } from './faulty-ory.ts'
import type { Process } from './process.ts'

/** A call that really was made at Ory, and in which pass. */
export interface Made {
  readonly pass: string
  readonly doing: string
  readonly method: string
  readonly path: string
  readonly at: 'sent' | 'done'
  readonly status?: number
}

/** A row on its way into the ledger, and what stands there. */
export interface Writing {
  readonly by: Process
  readonly key: RowKey
  readonly row: unknown
  readonly before: unknown
  readonly expiresAt: number | undefined
}

const mostBytes = 64 * 1024

/** Looks on, and notes whatever must never be. */
export function watchOver(
  now: () => number,
  canaries: Canaries,
  issuerOf: (grantId: string) => string | undefined,
) {
  const violations: string[] = []
  const made: Made[] = []
  /** Which invocation holds a lease, by what is leased. */
  const holders = new Map<string, string>()
  /** Which invocation is at work on a subject, client or issuer in a pass, by its row. */
  const atWork = new Map<string, string>()
  const receipts: { readonly key: RowKey; readonly receipt: Receipt }[] = []
  /** Steps of which a call was accepted, by their rows. */
  const accepted = new Set<string>()
  /** Told when a receipt is written: only then is what it says of the present true. */
  const listeners: ((receipt: Receipt) => void)[] = []
  /** Told of every write to the ledger, by the kind of its row. */
  const onWritten: ((kind: string) => void)[] = []
  /** Told of every request when it is sent. */
  const onSent: ((by: Process, method: string, path: string) => void)[] = []
  const violated = (what: string) => {
    violations.push(`${new Date(now()).toISOString()} ${what}`)
  }

  function lookForCanaries(where: string, value: unknown): void {
    const found = canaries.foundIn(typeof value === 'string' ? value : JSON.stringify(value))
    if (found !== undefined) violated(`${where} holds ${found}: ${JSON.stringify(value)}`)
  }

  const witness: OryWitness = {
    sent(by, method, path) {
      if (now() > by.deadline)
        violated(`${by.doing} calls Ory after its deadline: ${method} ${path}`)
      made.push({ pass: by.pass, doing: by.doing, method, path, at: 'sent' })
      for (const listen of onSent) listen(by, method, path)
    },
    done(by, { method, path, body }, { status }) {
      made.push({ pass: by.pass, doing: by.doing, method, path, at: 'done', status })
      const leased = leaseFor(method, path, body, issuerOf)
      if (leased === undefined || status >= 300) return
      const holder = holders.get(leased)
      if (holder !== by.doing)
        violated(`${by.doing} wrote without the lease ${leased} of ${holder}: ${method} ${path}`)
    },
  }

  return {
    violations,
    violated,
    made,
    receipts,
    accepted,
    listeners,
    onSent,
    onWritten,
    atWork,
    witness,
    lookForCanaries,
    writing(kind: string, { by, key, row, before, expiresAt }: Writing): void {
      const text = JSON.stringify(row)
      const name = `${kind} ${key.workflow} ${key.pass}`
      lookForCanaries(`the row of ${name}`, [key, row])
      if (Buffer.byteLength(text) > mostBytes) violated(`a row of ${name} has ${text.length} bytes`)
      if (expiresAt === undefined && !isKeptForGood(kind, row)) violated(`${name} never expires`)
      if (expiresAt !== undefined && expiresAt * 1000 <= now()) violated(`${name} expires at once`)
      // The line of those who wait for it is not a lease.
      if (kind === 'lease' && key.pass === 'lease') noteLease(holders, by, key, row)
      if (kind === 'row') noteRow(by, key, row as WorkflowRow, before as WorkflowRow | undefined)
      for (const listen of onWritten) listen(kind)
    },
  }

  function noteRow(
    by: Process,
    key: RowKey,
    row: WorkflowRow,
    before: WorkflowRow | undefined,
  ): void {
    atWork.set(`${row.about.subject} ${key.pass}`, by.doing)
    for (const step of row.steps)
      if (acceptedCalls(step) > 0) accepted.add(JSON.stringify([key, step.key]))
    const { receipt } = row
    if (before?.receipt !== undefined)
      violated(`a closed row was written again: ${JSON.stringify(key)}`)
    if (receipt === undefined) return
    receipts.push({ key, receipt })
    for (const problem of problemsOf(receipt)) violated(`a receipt lies: ${problem}`)
    for (const listen of listeners) listen(receipt)
  }
}

export type Watch = ReturnType<typeof watchOver>

/** Ory shows no trusted key, and of a client that a reset has deleted there is no other copy. */
function isKeptForGood(kind: string, row: unknown): boolean {
  const isOpenReset = kind === 'resets' && (row as ResetRow).closedAt === undefined
  return kind === 'trusted key' || isOpenReset
}

function noteLease(holders: Map<string, string>, by: Process, key: RowKey, row: unknown): void {
  const leased = `${key.workflow} ${key.event}`
  const { until } = row as { readonly until: number }
  if (until > 0) holders.set(leased, by.doing)
  else if (holders.get(leased) === by.doing) holders.delete(leased)
}

/** What has to be leased to write here. */
function leaseFor(
  method: string,
  path: string,
  body: unknown,
  issuerOf: (grantId: string) => string | undefined,
): string | undefined {
  const { pathname } = new URL(path, 'http://ory.test')
  const [, client] = pathname.match(/^\/admin\/clients\/([^/]+)$/) ?? []
  if (client !== undefined && method !== 'GET') return `client-lease ${decodeURIComponent(client)}`
  if (method === 'POST' && pathname === '/admin/clients')
    return `client-lease ${(body as { readonly client_id: string }).client_id}`
  if (method === 'POST' && pathname.endsWith('/jwt-bearer/issuers'))
    return `issuer-lease ${(body as { readonly issuer: string }).issuer}`
  const [, grant] = pathname.match(/\/jwt-bearer\/issuers\/([^/]+)$/) ?? []
  const issuer = grant === undefined ? undefined : issuerOf(grant)
  return method === 'DELETE' && issuer !== undefined ? `issuer-lease ${issuer}` : undefined
}

function* problemsOf({ steps, after, result }: Receipt): Generator<string> {
  for (const { op, by, calls, accepted, ends, attempts } of steps) {
    if (accepted > calls) yield `${op} by ${by}: ${accepted} of ${calls} accepted`
    const told = attempts
      .flatMap(({ outcomes }) => [outcomes['acknowledged'] ?? 0, outcomes['already'] ?? 0])
      .reduce((sum, count) => sum + count, 0)
    if (accepted > told) yield `${op} by ${by}: ${accepted} accepted, of ${told} answers`
    for (const { what, status, seen } of ends) {
      if (status !== 'observed') continue
      if (Object.keys(after).length === 0) yield `${what} is observed, and nobody looked`
      if (seen === undefined || seen.after !== 0 || seen.before < 1) yield `${what} is not observed`
      if (accepted === 0 && result === 'done' && told > 0) yield `${what} was ended by nobody`
    }
  }
  if (result === 'superseded' && Object.keys(after).length > 0) yield 'superseded, and looked at'
}
