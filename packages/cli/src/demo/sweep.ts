import { CommandError } from '../errors.ts'
import type { Stage } from './stage.ts'

/** Has the sweep do now what its schedule would have it do within minutes. */
export async function fireSweep({ local }: Stage): Promise<void> {
  const { error } = await local.fireNow('sweep')
  if (error === undefined) return
  throw new CommandError(`the sweep failed with ${error.errorType}; run it again`)
}
