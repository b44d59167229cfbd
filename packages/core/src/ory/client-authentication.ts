import type { Refusal, UncheckedParameters } from './operation.ts'
import { problemWithText } from './problems.ts'

/** `application/x-www-form-urlencoded`, which RFC 6749 section 2.3.1 asks for before base64. */
const formEncode = (text: string): string => new URLSearchParams([['', text]]).toString().slice(1)

/** The `Authorization` header of `client_secret_basic`. */
export const basicAuthorization = (basic: unknown): string => {
  const { client_id, client_secret } = basic as Readonly<Record<string, unknown>>
  const pair = `${formEncode(String(client_id))}:${formEncode(String(client_secret))}`

  return `Basic ${btoa(pair)}`
}

const problemWithBasic = (basic: unknown): string | undefined => {
  if (typeof basic !== 'object' || basic === null) return 'must be an object'

  const { client_id, client_secret } = basic as Readonly<Record<string, unknown>>
  if (problemWithText(client_id) !== undefined) return 'must have a client_id that is not empty'

  return problemWithText(client_secret) === undefined
    ? undefined
    : 'must have a client_secret that is not empty'
}

const contradicting = (parameter: string, other: string): Refusal => ({
  parameter,
  problem: `must not be given together with ${other}: a client authenticates one way`,
})

/** Refuses a call that authenticates its OAuth 2.0 client in two ways, half a way, or not at all. */
export const problemWithAuthentication = (
  parameters: UncheckedParameters,
  need: 'optional' | 'required' | 'named',
): Refusal | undefined => {
  const { basic, client_id, client_secret, client_assertion, client_assertion_type } = parameters
  if (basic !== undefined) {
    const problem = problemWithBasic(basic)
    if (problem !== undefined) return { parameter: 'basic', problem }
    if (client_id !== undefined) return contradicting('basic', 'client_id')
    if (client_secret !== undefined) return contradicting('basic', 'client_secret')
    if (client_assertion !== undefined) return contradicting('basic', 'client_assertion')
  }
  if (client_secret !== undefined && client_assertion !== undefined) {
    return contradicting('client_secret', 'client_assertion')
  }
  if (client_secret !== undefined && client_id === undefined) {
    return { parameter: 'client_id', problem: 'is missing beside client_secret' }
  }
  if (client_assertion_type !== undefined && client_assertion === undefined) {
    return { parameter: 'client_assertion', problem: 'is missing beside client_assertion_type' }
  }
  if (need === 'named' && basic === undefined && client_id === undefined) {
    return { parameter: 'client_id', problem: 'is missing: a device says it in any case' }
  }
  if (need === 'required' && (basic ?? client_id ?? client_assertion) === undefined) {
    return { parameter: 'basic', problem: 'is missing, and so is every other authentication' }
  }

  return undefined
}
