import { randomInt, randomUUID } from 'node:crypto'
import { invalidGrant, invalidRequest } from '../errors.ts'
import type { Answer, Request } from '../http.ts'
import type { Ory } from '../ory.ts'
import type { ClientRow, DeviceCodeRow } from '../state.ts'
import { authenticateClient } from '../tokens/client-authentication.ts'
import { grantTypes, includes } from '../tokens/client-metadata.ts'
import { noStore } from '../tokens/exchange.ts'
import { audienceOf, postForm, words } from '../tokens/form.ts'
import { deviceCodeGrantType } from '../tokens/grants/device-code.ts'
import { roundedExpiry, secondsLeft } from '../tokens/lifespans.ts'
import { OAuth2Error } from '../tokens/oauth2-error.ts'
import { newOpaqueToken, opaqueDigest } from '../tokens/opaque.ts'
import { checkAudience, checkScope } from '../tokens/strategies.ts'

/** `ttl.device_user_code` and `oauth2.device_authorization.token_polling_interval` at Ory's defaults. */
const lifespanMs = 600_000
const pollingInterval = 5

/** Without what is easily mistaken for something else. */
const userCodeAlphabet = 'abcdefghijkmnpqrstuvwxyzACDEFGHJKLMNPQRTUVWXY34679'

/** oAuth2DeviceFlow (RFC 8628 section 3.1). */
export async function oAuth2DeviceFlow(request: Request, ory: Ory): Promise<Answer> {
  const form = postForm(request)
  if (form.size === 0) throw new OAuth2Error(invalidRequest, 'The POST body can not be empty.')
  const client = await authenticateClient(request, form, ory)
  checkClient(client, form)
  const requestedScope = [...new Set(words(form, 'scope'))]
  const requestedAudience = audienceOf(form)
  checkScope(client, requestedScope)
  checkAudience(client, requestedAudience)

  const deviceCode = newOpaqueToken(ory.state.keys, 'ory_dc')
  const row = {
    digest: opaqueDigest(deviceCode),
    userCode: newUserCode(),
    clientId: client.client_id,
    requestId: randomUUID(),
    requestedScope,
    requestedAudience,
    expiresAt: roundedExpiry(ory.now(), lifespanMs),
    granted: undefined,
  }
  ory.state.deviceCodes.set(row.digest, row)
  return deviceAnswer(ory, deviceCode, row)
}

/** The stray `Header` is Ory's own. */
function deviceAnswer(ory: Ory, deviceCode: string, row: DeviceCodeRow): Answer {
  const verificationUri = `${ory.settings.issuer}/oauth2/device/verify`
  return {
    status: 200,
    headers: { 'Content-Type': 'application/json;charset=UTF-8', ...noStore },
    text: JSON.stringify({
      Header: null,
      device_code: deviceCode,
      user_code: row.userCode,
      verification_uri: verificationUri,
      verification_uri_complete: `${verificationUri}?user_code=${row.userCode}`,
      expires_in: secondsLeft(row.expiresAt, ory.now()),
      interval: pollingInterval,
    }),
  }
}

function checkClient(client: ClientRow, form: URLSearchParams): void {
  if (form.get('client_id') !== client.client_id) {
    throw new OAuth2Error(invalidRequest, 'Provided client_id mismatch.')
  }
  if (includes(grantTypes(client), deviceCodeGrantType)) return
  throw new OAuth2Error(
    invalidGrant,
    `The requested OAuth 2.0 Client does not have the '${deviceCodeGrantType}' grant.`,
  )
}

function newUserCode(): string {
  const characters = Array.from(
    { length: 8 },
    () => userCodeAlphabet[randomInt(userCodeAlphabet.length)],
  )
  return characters.join('')
}
