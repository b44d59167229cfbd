import { FIXED_PORTS, FREE_PORTS, type Local } from '@lapse/local'
import { batchLines } from '../dev/batch-lines.ts'
import { endpointLines } from '../dev/endpoints.ts'
import { firedLines, rotationLines } from '../dev/invocation-lines.ts'
import { logLines } from '../dev/log-lines.ts'
import { seed } from '../dev/seed.ts'
import { seedLines } from '../dev/seed-lines.ts'
import { seededSettings, settingsOf } from '../dev/settings.ts'
import { webhooksOf } from '../dev/webhooks.ts'
import { devFilePath, refuseSecondDev, removeDevFile, writeDevFile } from '../dev-file.ts'
import { CommandError } from '../errors.ts'
import { startTelling } from '../local-system.ts'
import { print } from '../output/print.ts'
import { newProgress, type Progress } from '../output/progress.ts'
import { aborted, untilSignal } from '../until-signal.ts'

export interface DevOptions {
  readonly freePorts?: boolean
  /** With the demo's users, apps, sessions, issuer and secrets. */
  readonly seed?: boolean
}

/** What a secret names when its rotation is turned on. */
const rotationFunction = 'rotate-client-secret'

/** `lapse dev`: everything on this machine, on ports that are always the same, until a signal comes. */
export async function dev({
  freePorts = false,
  seed: isSeeded = false,
}: DevOptions): Promise<void> {
  const stop = untilSignal()
  const progress = newProgress()
  const directory = process.cwd()
  await refuseSecondDev(directory)
  progress.begin('starting Ory, SQS, DynamoDB, Secrets Manager and the functions')
  const local = await startTelling(
    {
      ports: freePorts ? FREE_PORTS : FIXED_PORTS,
      variables: isSeeded ? seededSettings(process.env) : settingsOf(process.env),
      onLog: (functionName, line) => tell(logLines(functionName, line)),
      onBatch: (batch) => {
        if (batch.outcome !== 'success') tell(batchLines(batch))
      },
      onFired: (fired) => tell(firedLines(fired)),
      onRotation: (rotation) => tell(rotationLines(rotation)),
      onError: (error) => {
        if (!stop.aborted) print(`a queue could not be read or written (${nameOf(error)})`)
      },
    },
    progress,
  )
  await using closing = new AsyncDisposableStack()
  try {
    if (isSeeded) closing.defer(await plant(local, progress))
    await announce(local, directory)
    await aborted(stop)
  } finally {
    progress.begin('stopping')
    await removeDevFile(directory)
    await local.stop()
    progress.end('stopped')
  }
}

/** Makes what events can end, and tells of it. Gives what stops it. */
async function plant(local: Local, progress: Progress): Promise<() => Promise<void>> {
  progress.begin('making users, apps, sessions, an issuer and secrets')
  const { stop } = await seed(local, () => print('Mail  was told that a session is over'))
  progress.clear()
  print('', ...seedLines())
  return stop
}

function tell(lines: readonly string[]): void {
  if (lines.length > 0) print(...lines)
}

async function announce(local: Local, directory: string): Promise<void> {
  const path = devFilePath(directory)
  const content = {
    pid: process.pid,
    started_at: new Date().toISOString(),
    endpoints: { ...local.endpoints },
    queues: local.queues.map(({ queue, dlq }) => ({
      name: queue.name,
      url: queue.url,
      dlq_url: dlq.url,
    })),
    webhooks: await webhooksOf(local),
    functions: { [rotationFunction]: local.functionArn(rotationFunction) },
    environment: local.environment,
  }
  await writeDevFile(directory, content).catch((error: NodeJS.ErrnoException) => {
    throw new CommandError(`cannot write ${path} (${error.code}); start lapse dev where it may`, {
      cause: error,
    })
  })
  print(...endpointLines(local, path))
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : 'unknown'
}
