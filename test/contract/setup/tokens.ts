import type { IntrospectedOAuth2Token, OAuth2TokenExchange } from '@lapse/core/ory'
import type { CreatedClient } from './created.ts'
import { ory } from './server.ts'

/** A token for the client itself. */
export const clientCredentials = (
  { basic }: Pick<CreatedClient, 'basic'>,
  more: { readonly scope?: string; readonly audience?: string } = {},
): Promise<OAuth2TokenExchange> =>
  ory.oauth2TokenExchange({ grant_type: 'client_credentials', basic, ...more })

/** The next tokens of a chain. */
export const refresh = (
  { basic }: Pick<CreatedClient, 'basic'>,
  refresh_token: string,
): Promise<OAuth2TokenExchange> =>
  ory.oauth2TokenExchange({ grant_type: 'refresh_token', basic, refresh_token })

export const introspect = (token: string): Promise<IntrospectedOAuth2Token> =>
  ory.introspectOAuth2Token({ token })

/** Whether a token is active, by the server's own word. */
export const isActive = async (token: string): Promise<boolean> => (await introspect(token)).active

/** Whether each of the tokens is active, in their order. */
export const areActive = (...tokens: readonly string[]): Promise<readonly boolean[]> =>
  Promise.all(tokens.map(isActive))

/** Whether the server takes these credentials, asked without any side effect. */
export const acceptsSecret = async (client_id: string, client_secret: string): Promise<boolean> =>
  ory.revokeOAuth2Token({ token: 'no-such-token', basic: { client_id, client_secret } }).then(
    () => true,
    (error: { status?: number }) => {
      if (error.status === 401) return false
      throw error
    },
  )
