import { createHash } from 'node:crypto'

/** The id of an event that was sent without one: 64 hex digits over names without line breaks, and a body. */
export function digestOf(names: readonly string[], body: Uint8Array): string {
  const hash = createHash('sha256')
  for (const name of names) hash.update(`${name}\n`)
  return hash.update(body).digest('hex')
}
