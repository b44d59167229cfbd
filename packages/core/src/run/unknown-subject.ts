import type { Receipt } from './receipt.ts'

/** Whatever anybody at Ory knows of a user by the subject, as receipts count it. */
const known = [
  'consent_sessions',
  'identities',
  'identity_sessions',
  'issued_api_keys',
  'imported_api_keys',
] as const

/**
 * Whether somebody looked for a subject before and after, wherever they were told to: where sessions at
 * the identity provider were to end, it was heard about as well.
 */
export function wasLookedFor({ result, before, after, steps }: Looked): boolean {
  const isIdentityLookedFor = steps.some(({ op }) => op === 'deleteIdentitySessions')
  const needed = ['consent_sessions', ...(isIdentityLookedFor ? ['identities'] : [])]
  return (
    result === 'done' &&
    [before, after].every((counts) => needed.every((name) => counts[name] !== undefined))
  )
}

/**
 * Whether nothing at all was known of a subject, before or after: a user who never signed in to an
 * app, or somebody who is called otherwise at Ory.
 */
export function isUnknownSubject(receipt: Looked): boolean {
  const { before, after } = receipt
  const counted = [before, after].flatMap((counts) => known.map((name) => counts[name] ?? 0))
  return wasLookedFor(receipt) && counted.every((count) => count === 0)
}

type Looked = Pick<Receipt, 'before' | 'after'> & {
  readonly result: string
  readonly steps: readonly { readonly op: string }[]
}
