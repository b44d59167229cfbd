import { askJson, type Json, type OryEndpoints } from './ory-endpoints.ts'

/** A client as the token endpoint meets it. */
export interface TokenClient {
  readonly client_id: string
  /** None for a public client. */
  readonly client_secret?: string
  /** `client_secret_basic` by default where there is a secret. */
  readonly token_endpoint_auth_method?: string
}

/** A token response. */
export interface Tokens extends Json {
  readonly access_token: string
  readonly expires_in: number
  readonly scope: string
  readonly token_type: string
  readonly refresh_token?: string
  readonly id_token?: string
}

/** Asks the token endpoint, the client authenticated as it is registered. Throws `RefusedError`. */
export async function requestTokens(
  { publicUrl }: Pick<OryEndpoints, 'publicUrl'>,
  client: TokenClient,
  parameters: Readonly<Record<string, string>>,
): Promise<Tokens> {
  const { authorization, body } = authenticated(client, parameters)
  const init = {
    method: 'POST',
    headers: authorization === undefined ? {} : { authorization },
    body: new URLSearchParams(body),
  }
  const tokens = await askJson(`${publicUrl}/oauth2/token`, init, 'POST /oauth2/token')
  return tokens as Tokens
}

interface CodeExchange extends OryEndpoints {
  readonly client: TokenClient & { readonly redirect_uri: string }
  readonly code: string
  readonly codeVerifier: string
}

export function exchangeCode({
  client,
  code,
  codeVerifier,
  ...ory
}: CodeExchange): Promise<Tokens> {
  return requestTokens(ory, client, {
    grant_type: 'authorization_code',
    code,
    redirect_uri: client.redirect_uri,
    code_verifier: codeVerifier,
  })
}

interface Authenticated {
  readonly authorization?: string
  readonly body: Readonly<Record<string, string>>
}

function authenticated(
  client: TokenClient,
  parameters: Readonly<Record<string, string>>,
): Authenticated {
  const { client_id, client_secret } = client
  if (client_secret === undefined) return { body: { ...parameters, client_id } }
  if (client.token_endpoint_auth_method === 'client_secret_post') {
    return { body: { ...parameters, client_id, client_secret } }
  }
  // RFC 6749 section 2.3.1: both are form-encoded before they are joined.
  const pair = [client_id, client_secret].map(encodeURIComponent).join(':')
  const authorization = `Basic ${Buffer.from(pair).toString('base64')}`
  return { authorization, body: parameters }
}
