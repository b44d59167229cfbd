import type { SQSClientConfig } from '@aws-sdk/client-sqs'
import { type DevFile, findRunningDev } from '../dev-file.ts'
import { CommandError, UsageError } from '../errors.ts'
import type { QueueVariable } from './check-event.ts'

/** A queue, how to reach it, and where its worker can be watched. */
export interface Target {
  readonly queueUrl: string
  /** The variable that names it. */
  readonly queueVariable: QueueVariable
  readonly config: SQSClientConfig
  /** What a person looks at after sending. */
  readonly next: string
}

/**
 * The queue that its variable names, reached as the AWS SDK is configured; without it that of the
 * `lapse dev` that runs here.
 *
 * @throws UsageError where neither is there, CommandError where `lapse dev` is gone
 */
export async function findTarget(
  queueVariable: QueueVariable,
  environment: Readonly<Record<string, string | undefined>>,
  directory: string,
): Promise<Target> {
  const queueUrl = environment[queueVariable]
  if (queueUrl) return onAws(queueVariable, queueUrl)

  const dev = await findRunningDev(directory)
  if (dev === undefined) {
    throw new UsageError(`no queue is known; start lapse dev here, or set ${queueVariable}`)
  }
  return onDev(queueVariable, dev)
}

function onAws(queueVariable: QueueVariable, queueUrl: string): Target {
  if (!URL.canParse(queueUrl) || !/^https?:\/\//i.test(queueUrl)) {
    throw new UsageError(
      `${queueVariable} is not a URL; give it as AWS does: https://sqs.<region>.amazonaws.com/<account>/<queue>`,
    )
  }
  const region = /^sqs\.([a-z0-9-]+)\.amazonaws\./.exec(new URL(queueUrl).hostname)?.[1]
  return {
    queueUrl,
    queueVariable,
    config: region === undefined ? {} : { region },
    next: 'the worker’s log says "done" with the receipt; what cannot be processed is on the DLQ with its lapse-reason',
  }
}

function onDev(queueVariable: QueueVariable, { environment }: DevFile): Target {
  const variable = (name: string) => environment[name] ?? ''
  const queueUrl = variable(queueVariable)
  if (queueUrl === '') {
    throw new CommandError(
      'the lapse dev that runs here has no queue for this type; start it again',
    )
  }
  return {
    queueUrl,
    queueVariable,
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
