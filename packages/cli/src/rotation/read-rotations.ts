import type { JudgedSecret } from '@lapse/core/rotation'
import type { Place } from '../place.ts'
import { openRotation } from './open-rotation.ts'
import { rotatedEntries } from './rotated-entries.ts'
import { rotationProblem } from './rotation-problem.ts'
import { judgedSecrets } from './told-secrets.ts'

/** Every rotated secret of a place, judged; none where none is configured. @throws UsageError, CommandError */
export async function readRotations(place: Place): Promise<readonly JudgedSecret[]> {
  if (rotatedEntries(place.variables).length === 0) return []
  const services = openRotation(place)
  await using _ory = services.ory
  try {
    return await judgedSecrets(services)
  } catch (error) {
    throw rotationProblem(error, place)
  }
}
