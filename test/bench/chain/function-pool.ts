import { type ChildProcess, fork } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'

/** What came of some events. */
export interface Drained {
  readonly perSecond: number
  /** Of the function alone, for each event. */
  readonly cpuMicros: number
}

/** A function in as many processes as Lambda would run at the same time. */
export interface FunctionPool {
  /** Has every batch processed, each by the first process that is free. */
  drain(batches: readonly (readonly string[])[]): Promise<Drained>
  stop(): void
}

/** Starts a function's processes. */
export async function startPool(
  file: string,
  environment: Readonly<Record<string, string>>,
  concurrency: number,
): Promise<FunctionPool> {
  const processes = await Promise.all(
    Array.from({ length: concurrency }, () => startFunction(file, environment)),
  )
  return {
    async drain(batches) {
      const waiting = [...batches]
      const cpu = { micros: 0 }
      const before = performance.now()
      await Promise.all(
        processes.map(async (child) => {
          for (let batch = waiting.shift(); batch !== undefined; batch = waiting.shift())
            cpu.micros += await invoke(child, batch)
        }),
      )
      const seconds = (performance.now() - before) / 1000
      const events = batches.flat().length
      return { perSecond: events / seconds, cpuMicros: cpu.micros / events }
    },
    stop() {
      for (const child of processes) child.kill()
    },
  }
}

async function startFunction(
  file: string,
  environment: Readonly<Record<string, string>>,
): Promise<ChildProcess> {
  const child = fork(new URL('function-process.ts', import.meta.url), [file], {
    env: environment,
    execArgv: [],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  await once(child, 'message')
  return child
}

/** @returns the CPU time it took, in microseconds */
async function invoke(child: ChildProcess, subjects: readonly string[]): Promise<number> {
  const answered = once(child, 'message')
  child.send(sqsEvent(subjects))
  const [{ failures, cpuMicros }] = await answered
  if (failures > 0) throw new Error(`${failures} messages failed`)
  return cpuMicros
}

/** Messages that say that users were deleted, as Lambda hands them to a function. */
export function sqsEvent(subjects: readonly string[]) {
  return { Records: subjects.map(recordOf) }
}

function recordOf(subject: string) {
  const now = Date.now()
  const body = {
    specversion: '1.0',
    id: randomUUID(),
    source: 'https://accounts.example',
    type: 'user.deleted',
    time: new Date(now - 1000).toISOString(),
    data: { subject },
  }
  return {
    messageId: randomUUID(),
    receiptHandle: randomUUID(),
    body: JSON.stringify(body),
    attributes: { SentTimestamp: String(now), ApproximateReceiveCount: '1' },
    messageAttributes: {},
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:us-east-1:000000000000:user-deleted',
    awsRegion: 'us-east-1',
  }
}
