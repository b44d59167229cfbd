import type { ClientRow } from '../state.ts'
import type { Claims } from '../tokens/issue.ts'

/** A client as getOAuth2Client answers it. */
export function clientSnapshot(client: ClientRow): Claims {
  return client.fields
}
