import type { PacedOutcome } from '../ory/index.ts'
import type { Circuit } from './shared-circuit.ts'

/**
 * So many requests in a row that broke off, and not one that was answered: that is not what a single
 * user does to a server, nor a connection that is lost now and then.
 */
const brokenOffInARow = 8

/** What counts as a sign besides. */
export interface SignTerms {
  /**
   * Whether a request that is left without an answer is one: not where what is heavy about one user is
   * never answered, however well the server is.
   */
  readonly hanging: boolean
}

/**
 * Tells a circuit what the requests of one process came to.
 * @returns a function of an event and an outcome; what it returns is waited for
 */
export function outageSigns(circuit: Circuit, { hanging }: SignTerms) {
  const inARow = { brokenOff: 0 }
  return (event: string, status: PacedOutcome['status']): Promise<void> | undefined => {
    if (status === 'unknown' || (status === 'no-answer' && !hanging)) return undefined
    inARow.brokenOff = status === 'broken-off' ? inARow.brokenOff + 1 : 0
    if (status === 'broken-off')
      return inARow.brokenOff < brokenOffInARow ? undefined : circuit.failed(event)
    if (typeof status !== 'number' || status === 503) return circuit.failed(event)
    circuit.answered()
    return undefined
  }
}
