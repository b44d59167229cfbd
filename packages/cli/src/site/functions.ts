import { absent } from '@lapse/aws/error-name'
import type { FunctionSeen } from './aws/functions.ts'
import { CannotTell } from './cannot-tell.ts'
import type { Site } from './site.ts'
import { stagePrefix } from './stage-prefix.ts'

/** Every function there may be, by its stem; those in the second list only where they have something to do. */
const always = ['user-deleted', 'app-offboarded', 'key-rotated', 'sweep', 'webhook'] as const
const perhaps = ['rotate-client-secret', 'seal'] as const

/** The functions of a stage as they are deployed, those that are not there left out. */
export async function readFunctions(site: Site): Promise<readonly FunctionSeen[]> {
  if (site.isDev) throw new CannotTell('lapse dev runs the code of this folder')
  const prefix = await stagePrefix(site)
  const all = await Promise.all([
    ...always.map((stem) => site.aws.function(`${prefix}${stem}`)),
    ...perhaps.map((stem) =>
      site.aws.function(`${prefix}${stem}`).catch(absent('ResourceNotFoundException')),
    ),
  ])
  return all.filter((one) => one !== undefined)
}
