import {
  codeOf as codeOfError,
  LeaseHeldError,
  LedgerConflictError,
  RotationError,
} from '../errors.ts'

/** What a sweep could not do; the next one tries again. */
export interface Failure {
  readonly what: string
  readonly code: string
  /** Why a secret was refused what it was due. */
  readonly reason?: string
}

/** The failures of one sweep, as they come. */
export interface Failures {
  readonly noted: readonly Failure[]
  /** @param cause an error, or the code of one */
  note(what: string, cause: unknown): void
}

export function failures(): Failures {
  const noted: Failure[] = []
  return {
    noted,
    note: (what, cause) => void noted.push({ what, code: codeOf(cause), ...reasonOf(cause) }),
  }
}

/** What an error is told as; its message might hold more than a log may. */
export function codeOf(error: unknown): string {
  return typeof error === 'string' ? error : codeOfError(error)
}

/** Whether somebody else is at work on the same thing. */
export function isBusy(error: unknown): boolean {
  return error instanceof LeaseHeldError || error instanceof LedgerConflictError
}

function reasonOf(error: unknown): Pick<Failure, 'reason'> {
  return error instanceof RotationError ? { reason: error.reason } : {}
}
