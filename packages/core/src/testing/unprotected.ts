import type { Protection } from '../protection/index.ts'

/** A deployment that protects nothing. */
export const unprotected: Protection = {
  protectedClientIds: [],
  protectedOwners: [],
  protectedIssuers: [],
}
