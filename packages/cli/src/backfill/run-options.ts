import type { Lane } from '@lapse/core/lane'
import { CommandError, UsageError } from '../errors.ts'
import type { StageOption } from '../place/find-place.ts'

export interface RunOptions extends StageOption {
  readonly from: string
  readonly column: string
  readonly lane: Lane
  readonly max?: number
  readonly shadow?: boolean
  readonly yes?: boolean
  readonly approve?: string
  readonly json?: boolean
}

/** @throws UsageError where options contradict each other, or nobody could be asked */
export function checkOptions({ shadow, yes, approve }: RunOptions, onTerminal: boolean): void {
  const given = [shadow, yes, approve !== undefined].filter(Boolean).length
  if (given > 1) throw new UsageError('give one of --shadow, --yes and --approve')
  if (given === 0 && !onTerminal)
    throw new UsageError(
      'nobody can be asked without a terminal; give --approve with the hash that --shadow prints, or --yes',
    )
}

/** @throws CommandError where what was approved of is not what would be done */
export function checkApproval({ approve }: RunOptions, hash: string): void {
  if (approve === undefined || approve === hash) return
  throw new CommandError(
    'nothing was sent: --approve is for another file, other options or another Ory; look at what --shadow prints now, and give its hash',
  )
}
