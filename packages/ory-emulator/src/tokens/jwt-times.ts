import { unrecognizable } from '../errors.ts'
import type { Claims } from './issue.ts'
import { OAuth2Error } from './oauth2-error.ts'

/** A claim about time that does not hold is none of fosite's own errors: Hydra answers 500. */
export function checkJwtTimes({ exp, iat, nbf }: Claims, now: number): void {
  const seconds = Math.floor(now / 1000)
  const expiry = wholeSeconds(exp)
  const expired = expiry !== undefined && expiry !== 0 && seconds > expiry
  const early = [iat, nbf].some((time) => (wholeSeconds(time) ?? 0) > seconds)
  if (expired || early) throw new OAuth2Error(unrecognizable)
}

const beyond = 2 ** 63

/** A claim about time as Go's `int64` has it: cut to the second, and far in the past where it does not fit. */
export function wholeSeconds(claim: unknown): number | undefined {
  if (typeof claim !== 'number') return undefined
  return Math.abs(claim) < beyond ? Math.trunc(claim) : -beyond
}
