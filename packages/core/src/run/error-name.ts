import { LapseError } from '../errors.ts'

/** An error as the ledger may know it: its code, or its class where it is none of ours. */
export function nameOf(error: unknown): string {
  if (error instanceof LapseError) return error.code
  return error instanceof Error ? error.name : 'unknown'
}
