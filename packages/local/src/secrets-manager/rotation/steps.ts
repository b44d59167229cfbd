import { randomUUID } from 'node:crypto'
import type { FunctionError } from '../../lambda/messages.ts'

/** The steps of a rotation, in the order in which its function is invoked with them. */
export const STEPS = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'] as const

export type Step = (typeof STEPS)[number]

/** What a rotation function is invoked with. */
export interface RotationEvent {
  readonly Step: Step
  /** The secret's ARN. */
  readonly SecretId: string
  /** The id of the version that is to come. */
  readonly ClientRequestToken: string
  /** The same in all invocations of one rotation. */
  readonly RotationToken: string
}

/** A function that rotates secrets. */
export interface RotationFunction {
  readonly arn: string
  /** Never rejects: what goes wrong is in the result. Aborting `signal` kills the invocation. */
  invoke(
    event: RotationEvent,
    signal: AbortSignal,
  ): Promise<{ readonly error?: FunctionError | undefined }>
}

/** How invoking a function step by step ended. */
export type StepsOutcome =
  | { readonly outcome: 'succeeded' | 'canceled' }
  | { readonly outcome: 'failed'; readonly step: Step; readonly error: FunctionError }

/** What the steps are invoked about. */
export interface Work {
  readonly lambda: RotationFunction
  readonly secretArn: string
  readonly versionId: string
  /** Aborted when no further step is wanted; the one that runs goes on. */
  readonly canceled: AbortSignal
  /** Aborted when the one that runs is to be killed. */
  readonly killed: AbortSignal
}

/** Invokes a rotation function with one step after another, until one fails. */
export async function runSteps(steps: readonly Step[], work: Work): Promise<StepsOutcome> {
  const about = {
    SecretId: work.secretArn,
    ClientRequestToken: work.versionId,
    RotationToken: randomUUID(),
  }
  for (const step of steps) {
    if (work.canceled.aborted || work.killed.aborted) return { outcome: 'canceled' }
    const { error } = await work.lambda.invoke({ Step: step, ...about }, work.killed)
    if (error !== undefined) return { outcome: 'failed', step, error }
  }
  return { outcome: 'succeeded' }
}
