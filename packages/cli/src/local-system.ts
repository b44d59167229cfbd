import { type Local, type LocalOptions, type Part, PortTakenError, startLocal } from '@lapse/local'
import { CommandError } from './errors.ts'
import { durationText } from './output/duration.ts'
import type { Progress } from './output/progress.ts'

/** Starts the local system, telling how far it is. @throws CommandError where a port is taken */
export async function startTelling(options: LocalOptions, progress: Progress): Promise<Local> {
  const startedAt = performance.now()
  const pending = new Set<Part>()
  try {
    const local = await startLocal({
      ...options,
      onProgress: (part, state) => {
        if (state === 'starting') pending.add(part)
        else pending.delete(part)
        if (pending.size > 0) progress.update(`starting ${[...pending].join(', ')}`)
      },
    })
    progress.end(`ready in ${durationText(performance.now() - startedAt)}`)
    return local
  } catch (error) {
    progress.clear()
    if (!(error instanceof PortTakenError)) throw error
    throw new CommandError(
      `port ${error.port}, for ${error.service}, is taken; stop what listens there, or start with --free-ports`,
      { cause: error },
    )
  }
}
