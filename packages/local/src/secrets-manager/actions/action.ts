import type { Input } from '../input.ts'
import type { Trial } from '../rotation/pending.ts'
import type { Rotations } from '../rotation/rotations.ts'
import type { RotationFunction } from '../rotation/steps.ts'
import type { Secret, Store } from '../store.ts'

/** What rotation needs besides the store. */
export interface Rotating {
  readonly rotations: Rotations
  /** The function with this ARN, if there is one. */
  readonly functionAt: (arn: string) => RotationFunction | undefined
  readonly trial: Trial
}

/** One operation of the API: reads its input, changes the store, gives the body of the answer. */
export type Action = (store: Store, input: Input, rotating: Rotating) => object

/** A time as AWS JSON 1.1 carries it: seconds since the epoch. */
export function epochSeconds(milliseconds: number): number {
  return milliseconds / 1000
}

/** As {@link epochSeconds}; a time that never was stays out of the answer. */
export function optionalEpochSeconds(milliseconds: number | undefined): number | undefined {
  return milliseconds === undefined ? undefined : epochSeconds(milliseconds)
}

/** How almost every answer begins. */
export function identity(secret: Secret): { readonly ARN: string; readonly Name: string } {
  return { ARN: secret.arn, Name: secret.name }
}
