import type { SQSClientConfig } from '@aws-sdk/client-sqs'
import { type DevFile, findDevFile } from '../dev-file.ts'
import { CommandError, UsageError } from '../errors.ts'

/** A queue, how to reach it, and where its worker can be watched. */
export interface Target {
  readonly queueUrl: string
  readonly config: SQSClientConfig
  /** What a person looks at after sending. */
  readonly next: string
}

/**
 * The queue that `USER_DELETED_QUEUE_URL` names, reached as the AWS SDK is configured; without it
 * that of the `lapse dev` that runs here.
 *
 * @throws UsageError where neither is there, CommandError where `lapse dev` is gone
 */
export async function findTarget(
  environment: Readonly<Record<string, string | undefined>>,
  directory: string,
): Promise<Target> {
  const queueUrl = environment['USER_DELETED_QUEUE_URL']
  if (queueUrl) return onAws(queueUrl)

  const found = await findDevFile(directory)
  if (found === undefined) {
    throw new UsageError('no queue is known; start lapse dev here, or set USER_DELETED_QUEUE_URL')
  }
  if (!isRunning(found.dev.pid)) {
    throw new CommandError(`lapse dev has ended without removing ${found.path}; start it again`)
  }
  return onDev(found.dev)
}

function onAws(queueUrl: string): Target {
  if (!URL.canParse(queueUrl) || !/^https?:\/\//i.test(queueUrl)) {
    throw new UsageError(
      'USER_DELETED_QUEUE_URL is not a URL; give it as AWS does: https://sqs.<region>.amazonaws.com/<account>/<queue>',
    )
  }
  const region = /^sqs\.([a-z0-9-]+)\.amazonaws\./.exec(new URL(queueUrl).hostname)?.[1]
  return {
    queueUrl,
    config: region === undefined ? {} : { region },
    next: 'the worker’s log says "done" with the receipt; what cannot be worked off is on the DLQ with its lapse-reason',
  }
}

function onDev({ environment }: DevFile): Target {
  const variable = (name: string) => environment[name] ?? ''
  return {
    queueUrl: variable('USER_DELETED_QUEUE_URL'),
    config: {
      region: variable('AWS_REGION'),
      credentials: {
        accessKeyId: variable('AWS_ACCESS_KEY_ID'),
        secretAccessKey: variable('AWS_SECRET_ACCESS_KEY'),
      },
    },
    next: 'the terminal of lapse dev shows the receipt',
  }
}

/** Signal 0 only asks; a process of somebody else's is one as well. */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
