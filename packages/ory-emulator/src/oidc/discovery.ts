import type { Answer, Request } from '../http.ts'
import type { Ory } from '../ory.ts'

/** discoverOidcConfiguration (OpenID Connect Discovery). Verifiable credentials are not emulated, so they are not named. */
export function discoverOidcConfiguration(_request: Request, { settings }: Ory): Answer {
  const { issuer } = settings
  return {
    status: 200,
    json: {
      issuer,
      authorization_endpoint: `${issuer}/oauth2/auth`,
      device_authorization_endpoint: `${issuer}/oauth2/device/auth`,
      token_endpoint: `${issuer}/oauth2/token`,
      jwks_uri: `${issuer}/.well-known/jwks.json`,
      subject_types_supported: settings.subjectTypes,
      ...(settings.dynamicRegistration && { registration_endpoint: `${issuer}/oauth2/register` }),
      ...(settings.clientIdMetadataDocument && { client_id_metadata_document_supported: true }),
      response_types_supported: [
        'code',
        'code id_token',
        'id_token',
        'token id_token',
        'token',
        'token id_token code',
      ],
      claims_supported: ['sub'],
      grant_types_supported: [
        'authorization_code',
        'implicit',
        'client_credentials',
        'refresh_token',
        'urn:ietf:params:oauth:grant-type:device_code',
      ],
      response_modes_supported: ['query', 'fragment', 'form_post'],
      userinfo_endpoint: `${issuer}/userinfo`,
      scopes_supported: ['offline_access', 'offline', 'openid'],
      token_endpoint_auth_methods_supported: [
        'client_secret_post',
        'client_secret_basic',
        'private_key_jwt',
        'none',
      ],
      userinfo_signing_alg_values_supported: ['none', 'RS256'],
      id_token_signing_alg_values_supported: ['RS256'],
      id_token_signed_response_alg: ['RS256'],
      userinfo_signed_response_alg: ['RS256'],
      request_parameter_supported: true,
      request_uri_parameter_supported: true,
      require_request_uri_registration: true,
      claims_parameter_supported: false,
      revocation_endpoint: `${issuer}/oauth2/revoke`,
      backchannel_logout_supported: true,
      backchannel_logout_session_supported: true,
      frontchannel_logout_supported: true,
      frontchannel_logout_session_supported: true,
      end_session_endpoint: `${issuer}/oauth2/sessions/logout`,
      request_object_signing_alg_values_supported: ['none', 'RS256', 'ES256'],
      code_challenge_methods_supported: ['plain', 'S256'],
    },
  }
}

/** discoverJsonWebKeys: the public keys of ID tokens and of JWT access tokens. */
export async function discoverJsonWebKeys(_request: Request, { state }: Ory): Promise<Answer> {
  const keys = await Promise.all([state.keys.idToken(), state.keys.accessToken()])
  return { status: 200, json: { keys: keys.map(({ publicJwk }) => publicJwk) } }
}
