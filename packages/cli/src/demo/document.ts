import type { Check, Outcome } from './checks.ts'

/** What `lapse demo --json` prints: one document, without a single token or secret. */
export type DemoDocument = Pick<
  Outcome,
  'receipts' | 'deadLetters' | 'tokens' | 'controls' | 'backchannelLogouts'
> & { readonly checks: readonly Check[] }

export function demoDocument(outcome: Outcome, checks: readonly Check[]): DemoDocument {
  const { receipts, deadLetters, tokens, controls, backchannelLogouts } = outcome
  return { receipts, deadLetters, tokens, controls, backchannelLogouts, checks }
}
