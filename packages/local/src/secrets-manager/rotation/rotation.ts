import { tell } from '../../tell.ts'
import type { Store } from '../store.ts'
import { type AutomaticRotation, createAutomaticRotation } from './automatic.ts'
import {
  createRotations,
  noteRotated,
  type RotationResult,
  type Rotations,
  type SettledRotation,
  type Subject,
} from './rotations.ts'

/** Who is told what happens without a call. */
export interface RotationObservers {
  /** Told of every rotation that is over. */
  readonly onRotation?: ((rotation: SettledRotation) => void) | undefined
  /** Told what an observer threw. */
  readonly onError?: ((error: unknown) => void) | undefined
}

/** Everything about a store's secrets that happens without a call: rotations, and their schedule. */
export function createRotation(
  store: Store,
  { onRotation, onError }: RotationObservers,
): { readonly rotations: Rotations; readonly automatic: AutomaticRotation } {
  const settle = ({ secret, version }: Subject, result: RotationResult): void => {
    const { arn: secretArn, name: secretName } = secret
    tell(onRotation, { ...result, secretArn, secretName, versionId: version.id }, onError)
  }
  const rotations = createRotations((subject, result) => {
    if (result.outcome === 'succeeded') noteRotated(store, subject.secret)
    settle(subject, result)
  })
  const automatic = createAutomaticRotation(store, rotations, (subject) =>
    settle(subject, { outcome: 'refused' }),
  )
  return { rotations, automatic }
}
