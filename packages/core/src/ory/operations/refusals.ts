import type { Refusal, UncheckedParameters } from '../operation.ts'
import { problemWithSubject } from '../problems.ts'

type Members = Readonly<Record<string, unknown>>

const isText = (value: unknown): value is string => typeof value === 'string' && value !== ''

/** The body, which the operation's `body` kind has already been checked for. */
const bodyOf = (parameters: UncheckedParameters): Members => parameters['body'] as Members

/** An empty id is read by Ory as none, and a client with another id would be made. */
export const refuseEmptyClientId = (parameters: UncheckedParameters): Refusal | undefined => {
  const { client_id } = bodyOf(parameters)
  if (client_id === undefined || isText(client_id)) return undefined

  return { parameter: 'body.client_id', problem: 'must be a string that is not empty' }
}

/** Ory takes the id of the path and ignores the body's: who names two clients means one of them. */
export const refuseBodyFor = (parameters: UncheckedParameters): Refusal | undefined => {
  const { client_id } = bodyOf(parameters)
  if (client_id === undefined || client_id === parameters['id']) return undefined

  return { parameter: 'body.client_id', problem: 'must be the same as id, or left out' }
}

/** Ory takes no shorter secret, and hashes no more than 72 bytes where it uses bcrypt. */
export const refuseUnfitSecret = ({ body }: UncheckedParameters): Refusal | undefined => {
  if (body === undefined) return undefined

  const { client_secret } = body as Members
  const length = typeof client_secret === 'string' ? Buffer.byteLength(client_secret) : 0
  if (length >= 6 && length <= 72) return undefined

  return { parameter: 'body.client_secret', problem: 'must be a string of 6 to 72 bytes' }
}

/** Nobody logs in as no one. */
export const refuseUnclearSubject = (parameters: UncheckedParameters): Refusal | undefined => {
  const problem = problemWithSubject(bodyOf(parameters)['subject'])

  return problem === undefined ? undefined : { parameter: 'body.subject', problem }
}

const requiredByGrant: Readonly<Record<string, string>> = {
  authorization_code: 'code',
  refresh_token: 'refresh_token',
  'urn:ietf:params:oauth:grant-type:device_code': 'device_code',
  'urn:ietf:params:oauth:grant-type:jwt-bearer': 'assertion',
}

/** A grant without what it exchanges. */
export const refuseIncompleteGrant = (parameters: UncheckedParameters): Refusal | undefined => {
  const name = requiredByGrant[String(parameters['grant_type'])]
  if (name === undefined || parameters[name] !== undefined) return undefined

  return { parameter: name, problem: 'is missing for this grant_type' }
}

/** Trust in an issuer is for one subject or for any, never both, never neither. */
export const refuseUnclearTrust = (parameters: UncheckedParameters): Refusal | undefined => {
  const { issuer, subject, allow_any_subject, expires_at, jwk } = bodyOf(parameters)
  if (!isText(issuer))
    return { parameter: 'body.issuer', problem: 'must be a string that is not empty' }
  if (subject !== undefined) {
    const refusal = refuseUnclearSubject(parameters)
    if (refusal !== undefined) return refusal
  }
  if ((subject === undefined) !== (allow_any_subject === true)) {
    return {
      parameter: 'body',
      problem: 'must have exactly one of subject and allow_any_subject: true',
    }
  }
  if (!isText(expires_at)) {
    return { parameter: 'body.expires_at', problem: 'must be an RFC 3339 time' }
  }
  const kid = typeof jwk === 'object' && jwk !== null && 'kid' in jwk ? jwk.kid : undefined

  return isText(kid) ? undefined : { parameter: 'body.jwk', problem: 'must be a JWK with a kid' }
}
