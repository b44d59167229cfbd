import { accessDenied } from '../errors.ts'
import type { Ory } from '../ory.ts'
import { OAuth2Error } from '../tokens/oauth2-error.ts'
import { checkAge, type Dated, type Denial, type Flow, type Stage } from './flow.ts'
import { unseal } from './seal.ts'

/** Opens what the browser brought back from the login, consent or device app. */
export function openVerifier<Opened extends Dated = Flow>(
  ory: Ory,
  stage: Stage,
  blob: string,
): Opened {
  const flow = unseal(ory, `${stage} verifier`, blob) as Opened | undefined
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
