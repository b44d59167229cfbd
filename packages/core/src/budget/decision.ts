import type { BucketState } from './bucket-state.ts'

/** What a booking came to, and the state that has to be kept before anybody is told. */
export type Decision = { readonly state: BucketState } & (
  | { readonly slots: readonly number[]; readonly later?: number }
  | { readonly comeBackAt: number }
)
