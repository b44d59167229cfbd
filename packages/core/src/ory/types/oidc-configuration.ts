/** Some of what OpenID Connect Discovery tells of a server; whatever else it says is there too. */
export interface OidcConfiguration {
  readonly issuer: string
  readonly authorization_endpoint?: string
  readonly token_endpoint?: string
  readonly revocation_endpoint?: string
  readonly jwks_uri?: string
  /**
   * Whether a client id may be a URL, whose metadata the server reads when it first sees it. Ory
   * Network since 1.22.92; servers before say nothing.
   */
  readonly client_id_metadata_document_supported?: boolean
}
