import { type Local, type LocalOptions, type Part, PortTakenError, startLocal } from '@lapse/local'
import { CommandError } from './errors.ts'
import { durationText } from './output/duration.ts'
import type { Progress } from './output/progress.ts'
import { startProblem } from './system-problem.ts'

/**
 * Starts the local system, telling how far it is.
 * @throws CommandError that names the part that cannot start, and why
 */
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
    // Whatever was ready is not pending any more, and nothing else is started after a failure.
    throw new CommandError(problemOf(error, [...pending]), { cause: error })
  }
}

function problemOf(error: unknown, parts: readonly Part[]): string {
  if (error instanceof PortTakenError)
    return `port ${error.port}, for ${error.service}, is taken; stop what listens there, or start with --free-ports (EADDRINUSE)`
  return startProblem(parts.join(', ') || 'the local system', error)
}
