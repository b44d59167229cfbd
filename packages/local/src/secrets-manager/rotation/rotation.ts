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

/** Everything about a store's secrets that happens without a call: rotations, and their schedule. */
export function createRotation(
  store: Store,
  onRotation: ((rotation: SettledRotation) => void) | undefined,
): { readonly rotations: Rotations; readonly automatic: AutomaticRotation } {
  const tell = ({ secret, version }: Subject, result: RotationResult): void =>
    onRotation?.({
      ...result,
      secretArn: secret.arn,
      secretName: secret.name,
      versionId: version.id,
    })
  const rotations = createRotations((subject, result) => {
    if (result.outcome === 'succeeded') noteRotated(store, subject.secret)
    automatic.arm()
    tell(subject, result)
  })
  const automatic = createAutomaticRotation(store, rotations, (subject) =>
    tell(subject, { outcome: 'refused' }),
  )
  return { rotations, automatic }
}
