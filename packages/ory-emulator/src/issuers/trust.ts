import { randomUUID } from 'node:crypto'
import type { JWK } from 'jose'
import { conflict, missingRequiredParameter, oryError, unrecognizable } from '../errors.ts'
import { decodeStruct, type Fields, type Struct } from '../go/fields.ts'
import { GoError } from '../go/go-error.ts'
import { decodeFirst } from '../go/json.ts'
import type { Jwk } from '../go/jwk.ts'
import { roundToSecond } from '../go/time.ts'
import type { Route } from '../http.ts'
import type { Ory } from '../ory.ts'
import { issuerKey, type State, type TrustedIssuerRow } from '../state.ts'
import { toWireIssuer } from './wire.ts'

/** The members of {@link IssuerGrant}, in the order Hydra reads them. */
export const issuerFields = {
  issuer: 'string',
  subject: 'string',
  allow_any_subject: 'bool',
  scope: 'strings',
  jwk: 'jwk',
  expires_at: 'time',
} as const satisfies Fields

/** What is sent to have an issuer trusted. */
export type IssuerGrant = Struct<typeof issuerFields>

export const issuerNames = {
  type: 'trust.createGrantRequest',
  field: (name: string) => `createGrantRequest.${name}`,
  list: '[]string',
}

/** trustOAuth2JwtGrantIssuer: 201; a key already held for this issuer and kid is silently kept. */
export const trustOAuth2JwtGrantIssuer: Route['handle'] = ({ body }, ory) => {
  const sent = decode(body)
  const row = trustIssuer(ory, sent)
  return {
    status: 201,
    headers: { Location: `/trust/grants/jwt-bearer/issuers/${row.id}` },
    json: { ...toWireIssuer(row), scope: sent.scope },
  }
}

/**
 * Stores a grant and its key.
 *
 * @throws AnswerError 400 where something is missing, 409 where the issuer, subject and kid are there already.
 */
export function trustIssuer(
  { state, now }: Pick<Ory, 'state' | 'now'>,
  sent: IssuerGrant,
  id: string = randomUUID(),
): TrustedIssuerRow {
  const { jwk, expires_at } = checked(sent)
  const row: TrustedIssuerRow = {
    id,
    issuer: sent.issuer,
    subject: sent.subject,
    allowAnySubject: sent.allow_any_subject,
    scope: storedScope(sent.scope ?? []),
    kid: String(jwk['kid']),
    createdAt: roundToSecond(now()),
    expiresAt: roundToSecond(Date.parse(expires_at)),
  }
  store(state, row, jwk)
  return row
}

/** As the column gives it back, which joins the scopes with pipes: empty ones are lost, and a backslash keeps the pipe after it. */
function storedScope(scope: readonly string[]): readonly string[] {
  const joined = scope.map((item) => item.replaceAll('|', '\\|')).join('|')
  const parts: string[] = []
  let part = ''
  let escaped = false
  for (const character of joined) {
    if (character === '\\') escaped = !escaped
    else if (escaped && character !== '|') escaped = false
    if (character === '|' && !escaped) {
      parts.push(part)
      part = ''
    } else part += character
  }
  return [...parts, part].filter((item) => item !== '').map((item) => item.replaceAll('\\|', '|'))
}

function store({ trustedIssuers, trustedKeys }: State, row: TrustedIssuerRow, jwk: Jwk): void {
  const key = issuerKey(row.issuer, row.kid)
  const taken = trustedIssuers.by('issuerKey', key).some(({ subject }) => subject === row.subject)
  if (isUnreadable(trustedKeys.get(key))) throw oryError(unrecognizable)
  if (taken) throw oryError(conflict)
  if (!trustedKeys.has(key)) trustedKeys.set(key, publicPart(jwk))
  trustedIssuers.set(row.id, row)
}

/** A key without an exponent can be stored; whoever reads it then fails. */
export function isUnreadable(jwk: JWK | undefined): boolean {
  return jwk?.kty === 'RSA' && jwk.e === ''
}

function publicPart({ d, p, q, dp, dq, qi, ...key }: Jwk): JWK {
  return key as JWK
}

function decode(body: Buffer): IssuerGrant {
  try {
    return decodeStruct(issuerFields, issuerNames, decodeFirst(body))
  } catch (error) {
    if (!(error instanceof GoError)) throw error
    throw oryError({ status: 400, error: 'error', description: error.message })
  }
}

function checked(sent: IssuerGrant): { jwk: Jwk; expires_at: string } {
  if (sent.issuer === '') throw missing("Field 'issuer' is required.")
  if (sent.subject === '' && !sent.allow_any_subject) {
    throw missing("One of 'subject' or 'allow_any_subject' field must be set.")
  }
  if (sent.subject !== '' && sent.allow_any_subject) {
    throw missing("Both 'subject' and 'allow_any_subject' fields cannot be set at the same time.")
  }
  if (sent.expires_at === null) throw missing("Field 'expires_at' is required.")
  if (!sent.jwk?.['kid']) throw missing("Field 'jwk' must contain JWK with kid header.")
  return { jwk: sent.jwk, expires_at: sent.expires_at }
}

function missing(hint: string) {
  return oryError(missingRequiredParameter, hint)
}
