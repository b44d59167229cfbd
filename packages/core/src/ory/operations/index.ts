import { oAuth2Authorize } from './authorization.ts'
import {
  acceptOAuth2ConsentRequest,
  getOAuth2ConsentRequest,
  rejectOAuth2ConsentRequest,
} from './consent-requests.ts'
import {
  acceptUserCodeRequest,
  oAuth2DeviceFlow,
  performOAuth2DeviceVerificationFlow,
} from './device-flow.ts'
import {
  acceptOAuth2LoginRequest,
  getOAuth2LoginRequest,
  rejectOAuth2LoginRequest,
} from './login-requests.ts'
import {
  acceptOAuth2LogoutRequest,
  getOAuth2LogoutRequest,
  rejectOAuth2LogoutRequest,
} from './logout-requests.ts'
import {
  deleteRotatedOAuth2ClientSecrets,
  rotateOAuth2ClientSecret,
} from './oauth2-client-secrets.ts'
import {
  createOAuth2Client,
  deleteOAuth2Client,
  getOAuth2Client,
  listOAuth2Clients,
  patchOAuth2Client,
  setOAuth2Client,
  setOAuth2ClientLifespans,
} from './oauth2-clients.ts'
import {
  listOAuth2ConsentSessions,
  revokeOAuth2ConsentSessions,
  revokeOAuth2LoginSessions,
} from './sessions.ts'
import {
  deleteOAuth2Token,
  introspectOAuth2Token,
  oauth2TokenExchange,
  revokeOAuth2Token,
} from './tokens.ts'
import {
  deleteTrustedOAuth2JwtGrantIssuer,
  getTrustedOAuth2JwtGrantIssuer,
  listTrustedOAuth2JwtGrantIssuers,
  trustOAuth2JwtGrantIssuer,
} from './trusted-issuers.ts'

/**
 * Every operation by its operationId: the 28 of Ory's OAuth2Api 1.20.9, the two that rotate client
 * secrets, and the three of the device flow. The client is derived from this table.
 */
export const operations = {
  listOAuth2Clients,
  createOAuth2Client,
  getOAuth2Client,
  setOAuth2Client,
  patchOAuth2Client,
  deleteOAuth2Client,
  setOAuth2ClientLifespans,
  getOAuth2LoginRequest,
  acceptOAuth2LoginRequest,
  rejectOAuth2LoginRequest,
  getOAuth2ConsentRequest,
  acceptOAuth2ConsentRequest,
  rejectOAuth2ConsentRequest,
  getOAuth2LogoutRequest,
  acceptOAuth2LogoutRequest,
  rejectOAuth2LogoutRequest,
  listOAuth2ConsentSessions,
  revokeOAuth2ConsentSessions,
  revokeOAuth2LoginSessions,
  introspectOAuth2Token,
  deleteOAuth2Token,
  listTrustedOAuth2JwtGrantIssuers,
  trustOAuth2JwtGrantIssuer,
  getTrustedOAuth2JwtGrantIssuer,
  deleteTrustedOAuth2JwtGrantIssuer,
  oAuth2Authorize,
  oauth2TokenExchange,
  revokeOAuth2Token,
  rotateOAuth2ClientSecret,
  deleteRotatedOAuth2ClientSecrets,
  oAuth2DeviceFlow,
  performOAuth2DeviceVerificationFlow,
  acceptUserCodeRequest,
}
