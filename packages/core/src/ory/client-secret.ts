import { randomBytes } from 'node:crypto'

/** Enough that nobody guesses it, and within the 72 bytes that bcrypt looks at. */
const secretBytes = 32

/** A client secret that nobody has yet, as base64url. */
export const newClientSecret = (): string => randomBytes(secretBytes).toString('base64url')
