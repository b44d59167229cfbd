import type { SweepReport } from '@lapse/core/sweep'
import type { Local } from '@lapse/local'
import { CommandError } from '../errors.ts'

/**
 * Has the sweep do now what its schedule would have it do within minutes.
 * @throws CommandError where a part of it failed, which nobody would try again in time
 */
export async function fireSweep({ fireNow }: Pick<Local, 'fireNow'>): Promise<void> {
  const { payload, error } = await fireNow('sweep')
  if (error !== undefined) throw new CommandError(`the sweep failed with ${error.errorType}`)

  const { failed } = JSON.parse(payload) as SweepReport
  if (failed.length === 0) return
  const parts = failed.map(({ what, code }) => `${what} (${code})`).join(', ')
  throw new CommandError(`a part of the sweep failed: ${parts}`)
}
