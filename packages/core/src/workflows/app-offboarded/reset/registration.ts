import { canonicalJson, holdsRedaction } from '../../../events/index.ts'
import type { OAuth2Client, OAuth2ClientBody } from '../../../ory/index.ts'
import { beforeSuspension } from '../suspension.ts'

/** What Ory sets itself, whatever a registration says. */
const setByOry = ['created_at', 'updated_at'] as const

/** A registration as it is sent to make the client again: everything that GET shows, but Ory's own. */
export function registrationOf(
  client: OAuth2Client,
): OAuth2ClientBody & { readonly client_id: string } {
  const registration: Partial<Record<string, unknown>> = { ...client }
  for (const member of setByOry) delete registration[member]
  return registration as unknown as OAuth2Client
}

/** Whether two clients are registered alike, suspended or not. */
export function isRegisteredAlike(one: OAuth2Client, other: OAuth2Client): boolean {
  const text = (client: OAuth2Client) => canonicalJson(registrationOf(beforeSuspension(client)))
  return text(one) === text(other)
}

/** How many bytes a registration may have: a row of DynamoDB has room for 400 KB, whatever is in it. */
const registrationBytes = 300_000

/** Why a client cannot be made again as it is: `undefined` where it can. */
export function whyNotCarriedOver(
  client: OAuth2Client,
): 'registration-too-large' | 'registration-holds-secret' | 'registration-not-exact' | undefined {
  if (Buffer.byteLength(JSON.stringify(client)) > registrationBytes) return 'registration-too-large'
  const { metadata = null, jwks = null, client_secret_expires_at = 0 } = client
  if (holdsRedaction(JSON.stringify({ metadata, jwks }))) return 'registration-holds-secret'
  const isExact = client_secret_expires_at === 0 && isExactJson(registrationOf(client))
  return isExact ? undefined : 'registration-not-exact'
}

/**
 * Whether every number was read as it was written, as far as it shows: what has more digits than a
 * double keeps has been rounded.
 */
function isExactJson(value: unknown): boolean {
  if (typeof value === 'number') return isExactNumber(value)
  if (typeof value !== 'object' || value === null) return true
  return Object.values(value).every(isExactJson)
}

/** A decimal of up to 15 digits is read as itself. */
function isExactNumber(value: number): boolean {
  if (Number.isInteger(value)) return Number.isSafeInteger(value) && !Object.is(value, -0)
  return Number.isFinite(value) && Number(value.toPrecision(15)) === value
}
