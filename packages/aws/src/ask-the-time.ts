import type { Ledger } from '@lapse/core/ports'

/** Nobody's row: what counts is when the table answers. */
const nobodys = { workflow: 'clock', event: 'none', pass: 'none' }

/**
 * Lets a table tell the time to whoever hears its answers, refusals included. Never rejects: of a table
 * that does not answer, whatever is done next tells.
 */
export async function askTheTime(ledger: Pick<Ledger<object>, 'read'>): Promise<void> {
  await ledger.read(nobodys).catch(() => undefined)
}
