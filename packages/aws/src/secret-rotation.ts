import { type RotationEvent, type RotationServices, rotateStep } from '@lapse/core/rotation'
import { allowanceOf, type Remaining } from './allowance.ts'

/**
 * A Lambda handler that Secrets Manager drives through the four steps of a rotation. A step that is
 * refused, or fails, fails the invocation: Secrets Manager tries the rotation again.
 */
export function secretRotation(
  services: () => Promise<RotationServices>,
): (event: RotationEvent, context: Remaining) => Promise<void> {
  return async (event, context) => {
    const made = await services()
    try {
      await rotateStep(event, allowanceOf(context, made.clock), made)
    } finally {
      made.metrics.flush()
    }
  }
}
