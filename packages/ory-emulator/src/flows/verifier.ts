import { accessDenied } from '../errors.ts'
import type { Ory } from '../ory.ts'
import { OAuth2Error } from '../tokens/oauth2-error.ts'
import { checkAge, type Dated, type Denial, type DeniedFlow, type Stage } from './flow.ts'
import { unseal } from './seal.ts'

/**
 * Opens what the browser brought back from the login, consent or device app. What an app refused
 * with is thrown, for the client to read.
 */
export function openVerifier<Opened extends Dated>(ory: Ory, stage: Stage, blob: string): Opened {
  const flow = unseal(ory, `${stage} verifier`, blob) as Opened | DeniedFlow | undefined
  if (flow === undefined) {
    throw new OAuth2Error(
      accessDenied,
      `The ${stage} verifier has already been used, has not been granted, or is invalid.`,
    )
  }
  checkAge(ory, stage, flow.requestedAt)
  if (isDenied(flow)) throw denied(flow.denial)
  return flow
}

function isDenied(flow: Dated): flow is DeniedFlow {
  return 'denial' in flow
}

function denied(denial: Denial): OAuth2Error {
  const { error, error_description: description, error_hint: hint, status_code: status } = denial
  return new OAuth2Error({ status, error, description }, hint)
}
