import { invalidGrant, type OryError } from '../../errors.ts'
import { goTime } from '../../go/time.ts'
import type { Ory } from '../../ory.ts'
import type { ClientRow, DeviceCodeRow, DeviceGrant } from '../../state.ts'
import { grantTypes, includes } from '../client-metadata.ts'
import { signingKeys } from '../issue.ts'
import { OAuth2Error } from '../oauth2-error.ts'
import { opaqueDigest } from '../opaque.ts'
import { checkGrantType, type GrantRequest, type TokenResponse } from './grant-request.ts'
import { allowsRefresh, checkIdTokenLifespan, userTokens } from './user-tokens.ts'

export const deviceCodeGrantType = 'urn:ietf:params:oauth:grant-type:device_code'

const authorizationPending: OryError = {
  status: 400,
  error: 'authorization_pending',
  description:
    "The authorization request is still pending as the end user hasn't yet completed the user-interaction steps.",
}

const expiredToken: OryError = {
  status: 400,
  error: 'expired_token',
  description: 'The device_code has expired, and the device authorization session has concluded.',
}

/** RFC 8628 section 3.4. A code is gone once it was exchanged; polling too fast is not punished. */
export async function deviceCode(request: GrantRequest): Promise<TokenResponse> {
  const { ory, client, form } = request
  const digest = opaqueDigest(form.get('device_code') ?? '')
  const scope = ory.state.deviceCodes.get(digest)?.granted?.scope ?? []
  const keys = await signingKeys(ory, client, scope)

  checkGrantType(client, deviceCodeGrantType)
  const { consentId, ...granted } = grantedDevice(ory, digest, client)
  if (keys.idToken !== undefined) checkIdTokenLifespan(ory, client, 'device_authorization')
  ory.state.deviceCodes.delete(digest)
  const grant = { requestId: consentId, client, ...granted }
  const mayRefresh = allowsRefresh(granted.scope) && includes(grantTypes(client), 'refresh_token')
  return userTokens({ ory, keys, grant, lifespans: 'device_authorization', mayRefresh })
}

function grantedDevice(ory: Ory, digest: string, client: ClientRow): DeviceGrant {
  const row = ory.state.deviceCodes.get(digest)
  if (row === undefined) throw new OAuth2Error(invalidGrant)
  if (row.granted === undefined) throw new OAuth2Error(authorizationPending)
  checkExpiry(row, ory.now())
  if (row.clientId === client.client_id) return row.granted
  throw new OAuth2Error(
    invalidGrant,
    'The OAuth 2.0 Client ID from this request does not match the one from the authorize request.',
  )
}

function checkExpiry({ expiresAt }: DeviceCodeRow, now: number): void {
  if (expiresAt >= now) return
  throw new OAuth2Error(expiredToken, `Device code expired at '${goTime(expiresAt)}'.`)
}
