import { invalidRequest } from '../errors.ts'
import { encodeJson } from '../go/json.ts'
import type { Answer, Request } from '../http.ts'
import type { Ory } from '../ory.ts'
import { authenticateClient } from './client-authentication.ts'
import { postForm, words } from './form.ts'
import { authorizationCode } from './grants/authorization-code.ts'
import { clientCredentials } from './grants/client-credentials.ts'
import { deviceCode, deviceCodeGrantType } from './grants/device-code.ts'
import type { GrantHandler } from './grants/grant-request.ts'
import { jwtBearer, jwtBearerGrantType } from './grants/jwt-bearer.ts'
import { refreshToken } from './grants/refresh-token.ts'
import { OAuth2Error } from './oauth2-error.ts'

const grants: Readonly<Record<string, GrantHandler>> = {
  authorization_code: authorizationCode,
  client_credentials: clientCredentials,
  refresh_token: refreshToken,
  [jwtBearerGrantType]: jwtBearer,
  [deviceCodeGrantType]: deviceCode,
}

/** Answers of fosite's endpoints must not be kept by anyone. */
export const noStore = { 'Cache-Control': 'no-store', Pragma: 'no-cache' } as const

/** oauth2TokenExchange (RFC 6749 section 3.2). */
export async function oauth2TokenExchange(request: Request, ory: Ory): Promise<Answer> {
  const form = postForm(request)
  if (form.size === 0) throw new OAuth2Error(invalidRequest, 'The POST body can not be empty.')
  const grantTypes = words(form, 'grant_type')
  if (grantTypes.length === 0) {
    throw new OAuth2Error(invalidRequest, "Request parameter 'grant_type' is missing")
  }

  const grant = grantTypes.length === 1 ? grants[grantTypes[0] ?? ''] : undefined
  if (grant === undefined) throw new OAuth2Error(invalidRequest)
  const client = await authenticateClient(request, form, ory)
  const response = await grant({ ory, client, form })
  return {
    status: 200,
    headers: { 'Content-Type': 'application/json;charset=UTF-8', ...noStore },
    text: encodeJson(response),
  }
}
