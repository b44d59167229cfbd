import type { Ory } from '../ory.ts'

/** Whether an assertion with this jti was seen and is not yet past its expiry. */
export function isJtiUsed(ory: Ory, jti: string): boolean {
  const expiresAt = ory.state.usedJtis.get(jti)
  return expiresAt !== undefined && expiresAt > ory.now()
}

/** Remembers a jti until the assertion's `exp` (seconds), after which it would be refused anyway. */
export function markJtiUsed(ory: Ory, jti: string, exp: number): void {
  ory.state.usedJtis.set(jti, exp * 1000)
}
