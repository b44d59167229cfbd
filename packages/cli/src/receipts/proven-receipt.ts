import { parseProof } from '@lapse/core/receipts-log'
import { type Block, hanging } from '../output/layout.ts'
import { plain } from '../output/plain.ts'
import { timeText } from '../output/time.ts'

/** A receipt as a proof discloses it. Whoever keeps the log may have written something else there. */
export type ProvenReceipt = Readonly<Record<string, unknown>>

/** @param bytes a proof that was accepted */
export function provenReceipt(bytes: Uint8Array): ProvenReceipt {
  const { leaf } = parseProof(Buffer.from(bytes).toString())
  return membersOf(JSON.parse(Buffer.from(leaf).toString()))
}

/** Which receipt it is, in a line: enough to compare it with what was asked about. */
export function provenBlock(receipt: ProvenReceipt): Block {
  const { workflow, pass, result, closed_at, event } = receipt
  const about = ['subject', 'client_id', 'owner', 'issuer'].flatMap((member) =>
    receipt[member] === undefined ? [] : [`${member.replace('_id', '')} ${text(receipt[member])}`],
  )
  const closed = Number.isNaN(Date.parse(text(closed_at))) ? '' : timeText(text(closed_at))
  const which = [text(workflow), text(pass), text(result)].filter(Boolean).join(', ')
  const named = [...about, `event ${text(membersOf(event)['id'])}`].join('; ')
  return hanging(`  ${which}, closed ${closed}: ${named}`)
}

function text(value: unknown): string {
  return typeof value === 'string' ? plain(value) : ''
}

function membersOf(value: unknown): ProvenReceipt {
  return typeof value === 'object' && value !== null ? (value as ProvenReceipt) : {}
}
