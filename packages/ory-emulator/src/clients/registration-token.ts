import { randomBytes } from 'node:crypto'

/** An opaque token in Ory's form: a random key and its signature's length of bytes. */
export function newOpaqueToken(): string {
  return `ory_at_${randomBytes(32).toString('base64url')}.${randomBytes(32).toString('base64url')}`
}
