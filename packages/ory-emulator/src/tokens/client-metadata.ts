import type { ClientRow } from '../state.ts'

/** What the client may be granted; Hydra reads an empty list as `authorization_code`. */
export function grantTypes(client: ClientRow): readonly string[] {
  const types = strings(client, 'grant_types')
  return types.length === 0 ? ['authorization_code'] : types
}

/** What the client may ask the authorization endpoint for; an empty list means `code`. */
export function responseTypes(client: ClientRow): readonly string[] {
  const types = strings(client, 'response_types')
  return types.length === 0 ? ['code'] : types
}

export function redirectUris(client: ClientRow): readonly string[] {
  return strings(client, 'redirect_uris')
}

export function allowedScope(client: ClientRow): readonly string[] {
  return text(client, 'scope').split(/\s+/).filter(Boolean)
}

export function allowedAudience(client: ClientRow): readonly string[] {
  return strings(client, 'audience')
}

export function authMethod(client: ClientRow): string {
  return text(client, 'token_endpoint_auth_method') || 'client_secret_basic'
}

/** A public client has no secret and authenticates with nothing. */
export function isPublic(client: ClientRow): boolean {
  return authMethod(client) === 'none'
}

/** Whether the list names it; Ory compares grant types and scopes without regard to case. */
export function includes(list: readonly string[], item: string): boolean {
  return list.some((candidate) => candidate.toLowerCase() === item.toLowerCase())
}

/** A string member of the client's metadata, `''` where it is missing or something else. */
export function text(client: ClientRow, member: string): string {
  const value = client.fields[member]
  return typeof value === 'string' ? value : ''
}

/** A list member of the client's metadata, empty where it is missing or `null`. */
export function strings(client: ClientRow, member: string): readonly string[] {
  const value = client.fields[member]
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []
}
