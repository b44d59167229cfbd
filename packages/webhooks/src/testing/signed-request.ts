import type { SignedRequest } from '../schemes/scheme.ts'
import { type Headers, start } from './doorway.ts'

/** A request as a scheme gets it, at the doorway's start unless something else is said. */
export function signedRequest(
  body: string | Uint8Array,
  headers: Headers,
  { source = 'standard', at = start } = {},
): SignedRequest {
  const sent = new Map(Object.entries(headers))
  return {
    source,
    header: (name) => sent.get(name),
    body: typeof body === 'string' ? Buffer.from(body) : body,
    now: Date.parse(at),
  }
}
