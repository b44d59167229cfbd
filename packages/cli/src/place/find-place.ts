import { findRunningDev } from '../dev-file.ts'
import { type Place, placeNamed, placeOfDev } from '../place.ts'
import type { StageDocument } from './stage-document.ts'
import type { StageReader } from './stage-place.ts'

type Variables = Place['variables']

/** The option of every command that works somewhere. */
export interface StageOption {
  readonly stage?: string | undefined
}

/** Which place is meant. */
export interface WhichPlace extends StageOption {
  /** Whether the environment by itself names all of it; a stage goes before that. */
  readonly isNamed: (environment: Variables) => boolean
  /** Whether Ory is asked there. Without it the place of a stage does not say where Ory is. */
  readonly asksOry?: boolean
}

/** A place, and how it was found. */
export interface FoundPlace extends Place {
  readonly by: 'environment' | 'lapse dev' | 'stage'
  readonly stage?: string
  /** What a stage says of itself. */
  readonly document?: StageDocument
}

/** As a person calls it: `lapse dev`, `the environment`, `stage production`. */
export function placeName({ by, stage }: Pick<FoundPlace, 'by' | 'stage'>): string {
  if (stage !== undefined) return `stage ${stage}`
  return by === 'environment' ? 'the environment' : by
}

/**
 * Where a command works. The stage that is named, with AWS's own credentials; without one what the
 * environment names, or else the `lapse dev` that runs here or in a folder above. `undefined` where
 * there is none of these.
 *
 * @param reader how AWS is asked about a stage
 * @throws CommandError where `lapse dev` is gone, or its file or a stage's parameter is not believed;
 *   UsageError for a setting that is wrong
 */
export async function findPlace(
  { stage, isNamed, asksOry = false }: WhichPlace,
  environment: Variables,
  directory: string,
  reader?: StageReader,
): Promise<FoundPlace | undefined> {
  if (stage !== undefined) {
    // All of AWS that this takes is loaded by whoever names a stage.
    const { stagePlace } = await import('./stage-place.ts')
    const { awsStageReader } = await import('./aws-stage-reader.ts')
    const asked = reader ?? awsStageReader(environment)
    return { ...(await stagePlace(stage, asksOry, environment, asked)), by: 'stage' }
  }
  if (isNamed(environment)) return { ...placeNamed(environment), by: 'environment' }
  const dev = await findRunningDev(directory)
  if (dev === undefined) return undefined
  return {
    ...placeOfDev(dev, environment),
    rotationFunction: dev.functions['rotate-client-secret'],
    by: 'lapse dev',
  }
}
