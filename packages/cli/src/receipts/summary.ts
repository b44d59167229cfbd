import { isAlive, type SomeReceipt, verdictOf } from '@lapse/core/receipts'
import { type Block, hanging, kept } from '../output/layout.ts'
import { plain } from '../output/plain.ts'
import { styled } from '../output/print.ts'
import { timeText } from '../output/time.ts'
import type { FiledReceipt } from './filed-receipts.ts'

/** A receipt in a list, as `--json` has it. Stable: names and meanings stay. */
export interface Summary {
  readonly id: string
  readonly workflow: string
  readonly pass: string
  readonly result: SomeReceipt['result']
  /** RFC 3339. */
  readonly closed_at: string
  readonly event: Pick<SomeReceipt['event'], 'type' | 'id' | 'source' | 'time' | 'parent'>
  /** A pseudonym. */
  readonly subject?: string
  readonly client_id?: string
  readonly owner?: string
  readonly issuer?: string
  /** By this receipt alone, at the time that it is told. */
  readonly verdict: string
  /** What may work at that time. */
  readonly may_still_work: readonly {
    readonly what: string
    readonly until: string | null
    readonly count?: number
  }[]
  readonly follow_up_not_before: string | null
}

/** @param now milliseconds since the epoch */
export function summaryOf({ id, receipt }: FiledReceipt, now: number): Summary {
  const { workflow, pass, result, closed_at, follow_up_not_before } = receipt
  const { type, id: eventId, source, time, parent } = receipt.event
  const { subject, client_id, owner, issuer } = receipt
  return {
    id,
    workflow,
    pass,
    result,
    closed_at,
    event: { type, id: eventId, source, time, ...(parent !== undefined && { parent }) },
    ...(subject !== undefined && { subject }),
    ...(client_id !== undefined && { client_id }),
    ...(owner !== undefined && { owner }),
    ...(issuer !== undefined && { issuer }),
    verdict: verdictOf([receipt], now, false),
    may_still_work: receipt.may_still_work
      .filter((survivor) => isAlive(survivor, now))
      .map(({ what, until, count }) => ({ what, until, ...(count !== undefined && { count }) })),
    follow_up_not_before,
  }
}

/** The same in a paragraph. */
export function summaryBlock(summary: Summary): Block {
  const { closed_at, workflow, pass, event, verdict } = summary
  const head = styled('bold', `${timeText(closed_at)} ${workflow}, ${pass}`)
  return hanging(`${head}: ${aboutText(summary)}; event ${plain(event.id)}: ${timesKept(verdict)}`)
}

function aboutText({ subject, client_id, owner, issuer }: Summary): string {
  const things = [
    ['subject', subject?.slice(0, 16)],
    ['client', client_id],
    ['owner', owner],
    ['issuer', issuer],
  ] as const
  const known = things.flatMap(([kind, name]) =>
    name === undefined ? [] : [`${kind} ${plain(name)}`],
  )
  return known.join(', ') || 'nothing named'
}

/** A verdict whose times are not broken apart. */
export function timesKept(verdict: string): string {
  return plain(verdict).replace(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ/g, kept)
}
