import type { Receipt } from '@lapse/core/run'
import type { Check, Outcome } from './checks.ts'
import type { RotationReceipt } from './secret-report.ts'

type Told =
  | 'deadLetters'
  | 'tokens'
  | 'controls'
  | 'webhook'
  | 'backchannelLogouts'
  | 'account'
  | 'suspension'
  | 'several'
  | 'app'
  | 'reset'
  | 'signOut'
  | 'keys'
  | 'credentials'
  | 'backgroundClient'
  | 'log'

/** What `lapse demo --json` prints: one document, without a single token or secret. */
export interface DemoDocument extends Pick<Outcome, Told> {
  /** Of every event and pass, and then of every rotation of a secret. */
  readonly receipts: readonly (Receipt | RotationReceipt)[]
  readonly checks: readonly Check[]
}

export function demoDocument(outcome: Outcome, checks: readonly Check[]): DemoDocument {
  const { deadLetters, tokens, controls, webhook, backchannelLogouts } = outcome
  const {
    account,
    suspension,
    several,
    app,
    reset,
    signOut,
    keys,
    credentials,
    backgroundClient,
    log,
  } = outcome
  return {
    receipts: [...outcome.receipts, ...outcome.rotations],
    deadLetters,
    tokens,
    controls,
    webhook,
    backchannelLogouts,
    account,
    suspension,
    several,
    app,
    reset,
    signOut,
    keys,
    credentials,
    backgroundClient,
    log,
    checks,
  }
}
