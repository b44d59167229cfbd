import type { Fields, Kind, Struct } from '../go/fields.ts'

/** The lifespans a client may override, in wire order. */
export const lifespanFields = {
  authorization_code_grant_access_token_lifespan: 'duration',
  authorization_code_grant_id_token_lifespan: 'duration',
  authorization_code_grant_refresh_token_lifespan: 'duration',
  client_credentials_grant_access_token_lifespan: 'duration',
  implicit_grant_access_token_lifespan: 'duration',
  implicit_grant_id_token_lifespan: 'duration',
  jwt_bearer_grant_access_token_lifespan: 'duration',
  refresh_token_grant_id_token_lifespan: 'duration',
  refresh_token_grant_access_token_lifespan: 'duration',
  refresh_token_grant_refresh_token_lifespan: 'duration',
  device_authorization_grant_id_token_lifespan: 'duration',
  device_authorization_grant_access_token_lifespan: 'duration',
  device_authorization_grant_refresh_token_lifespan: 'duration',
} as const satisfies Fields

/** Every member of an OAuth 2.0 client, in wire order. */
export const clientFields = {
  client_id: 'string',
  client_name: 'string',
  client_secret: 'string',
  redirect_uris: 'strings',
  grant_types: 'strings',
  response_types: 'strings',
  scope: 'string',
  audience: 'strings',
  owner: 'string',
  policy_uri: 'string',
  allowed_cors_origins: 'strings',
  tos_uri: 'string',
  client_uri: 'string',
  logo_uri: 'string',
  contacts: 'strings',
  client_secret_expires_at: 'int',
  subject_type: 'string',
  sector_identifier_uri: 'string',
  jwks_uri: 'string',
  jwks: 'jwks',
  token_endpoint_auth_method: 'string',
  token_endpoint_auth_signing_alg: 'string',
  request_uris: 'strings',
  request_object_signing_alg: 'string',
  userinfo_signed_response_alg: 'string',
  created_at: 'time',
  updated_at: 'time',
  frontchannel_logout_uri: 'string',
  frontchannel_logout_session_required: 'bool',
  post_logout_redirect_uris: 'strings',
  backchannel_logout_uri: 'string',
  backchannel_logout_session_required: 'bool',
  metadata: 'any',
  registration_access_token: 'string',
  registration_client_uri: 'string',
  access_token_strategy: 'string',
  skip_consent: 'bool',
  skip_logout_consent: 'nullBool',
  ...lifespanFields,
} as const satisfies Fields

export type OAuth2Client = Struct<typeof clientFields>

/** Left out of an answer where they are zero; every other member is always there. */
const omittedWhenEmpty: ReadonlySet<string> = new Set<keyof OAuth2Client>([
  'client_secret',
  'sector_identifier_uri',
  'jwks_uri',
  'token_endpoint_auth_method',
  'token_endpoint_auth_signing_alg',
  'request_uris',
  'request_object_signing_alg',
  'userinfo_signed_response_alg',
  'frontchannel_logout_uri',
  'frontchannel_logout_session_required',
  'post_logout_redirect_uris',
  'backchannel_logout_uri',
  'backchannel_logout_session_required',
  'registration_access_token',
  'registration_client_uri',
  'access_token_strategy',
])

export type WireClient = Readonly<Record<string, unknown>>

/** A client as an answer shows it. */
export function toWireClient(client: OAuth2Client): WireClient {
  const members = Object.keys(clientFields).map((name): [string, unknown] => [
    name,
    client[name as keyof OAuth2Client],
  ])
  return Object.fromEntries(
    members.filter(([name, value]) => !(omittedWhenEmpty.has(name) && isEmpty(value))),
  )
}

function isEmpty(value: unknown): boolean {
  return !value || (Array.isArray(value) && value.length === 0)
}

const list = 'sqlxx.StringSliceJSONFormat'

/** How Go's decoder names a client and its members. */
export const clientNames = {
  type: 'client.Client',
  field: (name: string, kind: Kind) =>
    kind === 'duration' ? `Client.Lifespans.${name}` : `Client.${name}`,
  list,
}

export const lifespanNames = {
  type: 'client.Lifespans',
  field: (name: string) => `Lifespans.${name}`,
  list,
}
