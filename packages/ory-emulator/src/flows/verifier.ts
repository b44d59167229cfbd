import { accessDenied } from '../errors.ts'
import type { Ory } from '../ory.ts'
import { OAuth2Error } from '../tokens/oauth2-error.ts'
import { checkAge, type Denial, type Flow } from './flow.ts'
import { unseal } from './seal.ts'

/** Opens what the browser brought back from the login or consent app. */
export function openVerifier(ory: Ory, stage: 'login' | 'consent', blob: string): Flow {
  const flow = unseal(ory, `${stage} verifier`, blob) as Flow | undefined
  if (flow === undefined) {
    throw new OAuth2Error(
      accessDenied,
      `The ${stage} verifier has already been used, has not been granted, or is invalid.`,
    )
  }
  checkAge(ory, stage, flow.requestedAt)
  return flow
}

/** Throws what the app refused with, for the client to read. */
export function checkDenial(denial: Denial | undefined): void {
  if (denial === undefined) return
  const { error, error_description: description, error_hint: hint, status_code: status } = denial
  throw new OAuth2Error({ status, error, description }, hint)
}
