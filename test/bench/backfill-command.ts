import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  type Message,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs'
import { dynamoDbLedger } from '@lapse/aws/dynamodb-ledger'
import { ledgerKeys } from '@lapse/aws/ledger-keys'
import { secretsManager } from '@lapse/aws/secrets-manager'
import { parseUserDeleted } from '@lapse/core/events'
import { systemClock } from '@lapse/core/ports'
import { namesOf, type WorkflowRow } from '@lapse/core/run'
import { startLocal } from '@lapse/local'
import { exampleReceipt } from '../../packages/cli/src/testing/example-receipt.ts'
import { cellsOf, type Measured, type Ratio } from './measured.ts'

const command = fileURLToPath(new URL('../../packages/cli/bin/lapse.js', import.meta.url))
const consumers = 4

/** What working through a file of so many lines came to. */
interface Cost {
  readonly lines: number
  readonly seconds: number
  /** The most memory that the command had resident, in MB. */
  readonly rssMb: number
}

/**
 * `lapse run user-deleted --from` over SQS and DynamoDB, and somebody who writes a receipt for every
 * event as soon as it is on the queue: what reading, sending and waiting for receipts cost.
 */
export async function measureBackfills(sizes: readonly number[]): Promise<Measured> {
  const folder = await mkdtemp(join(tmpdir(), 'lapse-bench-'))
  const stage = await startStage()
  const costs: Cost[] = []
  try {
    for (const lines of sizes) costs.push(await measure(stage.environment, folder, lines))
  } finally {
    await stage.stop()
    await rm(folder, { recursive: true })
  }
  const [most, before] = [costs.at(-1), costs.at(-2)]
  const ratios = [
    ratio('seconds for each line', (most && secondsEach(most)) ?? 0, before && secondsEach(before)),
    ratio('memory', most?.rssMb ?? 0, before?.rssMb),
  ].map(([of, value]): Ratio => {
    const what = `backfill, ${of}: ten times the lines ÷ the lines`
    return { of: what, value, from: value, to: value, target: { atMost: 1.2 } }
  })
  return {
    tables: [
      {
        title: 'Backfill: `lapse run user-deleted --from`, and a worker that is done at once',
        rows: [
          ['lines', 'seconds', 'seconds for 1,000', 'most memory resident, MB'],
          ...costs.map(rowOf),
        ],
      },
      {
        title: `Backfill: ${numberText(most?.lines ?? 0)} lines ÷ ${numberText(before?.lines ?? 0)}`,
        rows: [
          ['', '÷', 'middle half', ''],
          ...ratios.map((each) => [each.of.replace(/^backfill, |:.*$/g, ''), ...cellsOf(each)]),
        ],
      },
    ],
    ratios,
  }
}

const numberText = (number: number) => number.toLocaleString('en')
const secondsEach = ({ seconds, lines }: Cost) => seconds / lines
const ratio = (of: string, most: number, before = Number.NaN) => [of, most / before] as const

function rowOf(cost: Cost): readonly string[] {
  const { lines, seconds, rssMb } = cost
  return [
    numberText(lines),
    seconds.toFixed(1),
    (secondsEach(cost) * 1000).toFixed(2),
    rssMb.toFixed(0),
  ]
}

/** Queue, ledger, and who takes from one and writes to the other. */
async function startStage() {
  const local = await startLocal({ functions: [], directFunctions: [], schedules: [] })
  const access = (endpoint: string) => ({
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    endpoint,
  })
  const sqs = new SQSClient(access(local.endpoints.sqs))
  const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: 'user-deleted' }))
  const { LEDGER_KEY_SECRET_ID: keyId = '', LEDGER_TABLE: table = '' } = local.environment
  const keys = await ledgerKeys(keyId, secretsManager(access(local.endpoints.secretsManager)))
  const ledger = dynamoDbLedger<WorkflowRow>(table, systemClock, access(local.endpoints.dynamoDb))
  const ending = new AbortController()

  async function close({ Body = '' }: Message): Promise<void> {
    const event = parseUserDeleted(Body, { userDeleted: 'subject', identityDeleted: 'identity.id' })
    const [name = ''] = namesOf(event, keys)
    const row = { receipt: exampleReceipt } as WorkflowRow
    const expiresAt = Math.floor(Date.now() / 1000) + 86_400
    await ledger.write({ workflow: 'user-deleted', event: name, pass: 'first' }, row, 0, expiresAt)
  }

  async function consume(): Promise<void> {
    while (!ending.signal.aborted) {
      const poll = { QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 20 }
      const { Messages = [] } = await sqs.send(new ReceiveMessageCommand(poll), {
        abortSignal: ending.signal,
      })
      await Promise.all(Messages.map(close))
      const Entries = Messages.map(({ ReceiptHandle }, n) => ({ Id: String(n), ReceiptHandle }))
      if (Entries.length > 0) await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }))
    }
  }

  const consuming = Array.from({ length: consumers }, () =>
    consume().catch((error: unknown) => {
      if (!ending.signal.aborted) throw error
    }),
  )
  return {
    environment: { ...local.environment, USER_DELETED_QUEUE_URL: QueueUrl },
    async stop() {
      ending.abort()
      await Promise.all(consuming)
      sqs.destroy()
      await local.stop()
    },
  }
}

async function measure(
  environment: Readonly<Record<string, string | undefined>>,
  folder: string,
  lines: number,
): Promise<Cost> {
  const path = join(folder, `${lines}.ndjson`)
  await pipeline(Readable.from(textOf(lines)), createWriteStream(path))
  const began = performance.now()
  const args = [command, 'run', 'user-deleted', '--from', path, '--yes', '--json']
  const run = spawn(process.execPath, args, {
    env: { PATH: process.env['PATH'], ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const memory = { mb: 0 }
  const looking = setInterval(() => {
    memory.mb = Math.max(memory.mb, residentMb(run.pid))
  }, 100)
  const said = { out: '', err: '' }
  run.stdout.on('data', (chunk) => {
    said.out += chunk
  })
  run.stderr.on('data', (chunk) => {
    said.err = `${said.err}${chunk}`.slice(-2000)
  })
  const [code] = await once(run, 'close')
  clearInterval(looking)
  if (code !== 0) throw new Error(`a backfill of ${lines} lines ended with ${code}: ${said.err}`)
  return { lines, seconds: (performance.now() - began) / 1000, rssMb: memory.mb }
}

/** Where there is no `/proc` nobody can say. */
function residentMb(pid: number | undefined): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8')
    return Number(/^VmHWM:\s+(\d+)/m.exec(status)?.[1] ?? 0) / 1024
  } catch {
    return 0
  }
}

function* textOf(lines: number): Generator<string> {
  for (let line = 0; line < lines; line += 1)
    yield `{"sub":"00000000-0000-4000-${String(lines).padStart(8, '0').slice(0, 4)}-${String(line).padStart(12, '0')}"}\n`
}
