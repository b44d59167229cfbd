import { sourceIn } from '../events/index.ts'

/** What everybody is counted under that the configuration does not name. */
const other = 'other'

/**
 * Whom a refusal is counted under: the source that the body names, where it is a known one. A
 * publisher can name anything, and so neither metrics nor logs take another name.
 */
export function refusedSource(body: string, sources: () => readonly string[]): string {
  const source = sourceIn(body)
  if (source === undefined) return other
  try {
    return sources().includes(source) ? source : other
  } catch {
    // Sources that cannot be read keep no message from the DLQ.
    return other
  }
}
