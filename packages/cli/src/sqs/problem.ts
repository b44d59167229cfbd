import { awsProblem, regionProblem } from '../aws-problem.ts'
import { CommandError, type UsageError } from '../errors.ts'

/** How it is told that a queue is not there, or that something else than SQS is. */
export interface QueueWords {
  /** What to check where there is no such queue. */
  readonly queue: string
  /** What the server did not do as SQS would. */
  readonly did: string
  /** What to check then. */
  readonly server: string
}

const noSuchQueue = /^(QueueDoesNotExist|InvalidAddress|AWS\.SimpleQueueService\.NonExistentQueue)$/

/** Whether what `sqsProblem` made says that there is no such queue. */
export function isNoSuchQueue(error: unknown): boolean {
  const cause = error instanceof CommandError ? error.cause : undefined
  return cause instanceof Error && noSuchQueue.test(cause.name)
}

/** An error of SQS as `lapse` tells it. AWS's own messages may quote what was signed, so only their names are told. */
export function sqsProblem(
  error: unknown,
  url: string,
  words: QueueWords,
): UsageError | CommandError {
  const { name, code } = error as NodeJS.ErrnoException
  const { origin } = new URL(url)
  const options = { cause: error }
  const problem = noSuchQueue.test(name)
    ? `there is no queue ${url}; check ${words.queue}`
    : `${origin} did not ${words.did} as SQS would (${name}); check ${words.server}`
  return (
    regionProblem(error) ??
    awsProblem({ name: code ?? name, asked: origin }, process.env, options) ??
    new CommandError(problem, options)
  )
}
