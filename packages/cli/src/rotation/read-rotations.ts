import type { StageOption } from '../place/find-place.ts'
import type { Place } from '../place.ts'
import { openRotation } from './open-rotation.ts'
import { rotatedEntries } from './rotated-entries.ts'
import { rotationProblem } from './rotation-problem.ts'
import type { ToldSecret } from './status-lines.ts'
import { toldSecrets } from './told-secrets.ts'

/** Every rotated secret of a place, judged, with what to do about it; none where none is configured. @throws UsageError, CommandError */
export async function readRotations(place: Place & StageOption): Promise<readonly ToldSecret[]> {
  if (rotatedEntries(place.variables).length === 0) return []
  const services = openRotation(place)
  await using _ory = services.ory
  try {
    return await toldSecrets(services, place)
  } catch (error) {
    throw rotationProblem(error, place)
  }
}
