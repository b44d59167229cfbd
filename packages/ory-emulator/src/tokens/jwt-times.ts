import { unrecognizable } from '../errors.ts'
import type { DecodedJwt } from './jwt.ts'
import { OAuth2Error } from './oauth2-error.ts'

/** A claim about time that does not hold is none of fosite's own errors: Hydra answers 500. */
export function checkJwtTimes(jwt: DecodedJwt, now: number): void {
  const seconds = Math.floor(now / 1000)
  const { exp, iat, nbf } = jwt.claims
  const expired = typeof exp === 'number' && exp !== 0 && seconds > exp
  const early = [iat, nbf].some((time) => typeof time === 'number' && time > seconds)
  if (expired || early) throw new OAuth2Error(unrecognizable)
}
