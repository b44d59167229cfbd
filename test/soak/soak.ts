import { execFile } from 'node:child_process'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import {
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SQSClient,
} from '@aws-sdk/client-sqs'
import { dynamoDbReceiptIndex } from '@lapse/aws/receipt-index'
import { createOry } from '@lapse/core/ory'
import { systemClock } from '@lapse/core/ports'
import type { Receipt } from '@lapse/core/run'
import { startLocal } from '@lapse/local'
import type { FaultKind, OryEmulator } from '@lapse/ory-emulator'
import { randomOf } from '../faults/whole/random.ts'

export interface SoakTerms {
  readonly events: number
  /** Of a hundred requests to Ory, so many go wrong. */
  readonly faultPercent: number
  /** How long Ory is away once a third of the events is through, in milliseconds. */
  readonly downMs: number
  readonly seed: number
  readonly tell?: (line: string) => void
}

/** What came of it. */
export interface Soaked {
  readonly sent: number
  /** Events of which each pass has a receipt. */
  readonly receipts: { readonly first: number; readonly 'follow-up': number }
  /** Receipts beyond one for each event and pass. */
  readonly doubles: number
  /** On the DLQ, by reason. */
  readonly deadLetters: Readonly<Record<string, number>>
  /** Consents that users of events with receipts are left with. */
  readonly consentsLeft: number
  readonly faultsMet: number
  /** Resident memory of all function processes together, in MB, at equal steps. */
  readonly memoryMb: readonly number[]
  readonly seconds: number
}

const clients = Array.from({ length: 5 }, (_, n) => ({
  client_id: `app-${n}`,
  scope: 'openid offline',
  redirect_uris: [`https://app-${n}.example/callback`],
}))

/** What goes wrong with a single request; a lie is seen when it is looked for. */
const kinds: readonly [FaultKind, ...FaultKind[]] = [
  { kind: 'drop-after' },
  { kind: 'reset-before' },
  { kind: 'reset-during', after: 'headers' },
  { kind: 'status', status: 500 },
  { kind: 'status', status: 502 },
  { kind: 'status', status: 429, headers: { 'retry-after': '1' } },
  { kind: 'delay', ms: 300 },
]

/** Deletes users through the whole local system while Ory fails, and counts what came of each. */
export async function soak({
  events,
  faultPercent,
  downMs,
  seed,
  tell,
}: SoakTerms): Promise<Soaked> {
  const began = Date.now()
  const random = randomOf(seed)
  const local = await startLocal({
    emulator: { seed: { clients } },
    variables: { LOGIN_CONSENT_TTL: '3s', FOLLOW_UP_MARGIN: '1s' },
    schedules: [],
  })
  const { emulator, endpoints, environment } = local
  const served = local.queues.find(({ queue }) => queue.name === 'user-deleted')
  if (emulator === undefined || served === undefined) throw new Error('nothing to soak')
  const access = (endpoint: string) => ({
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    endpoint,
  })
  const sqs = new SQSClient(access(endpoints.sqs))
  const index = dynamoDbReceiptIndex(
    environment['LEDGER_TABLE'] ?? '',
    systemClock,
    access(endpoints.dynamoDb),
  )
  const weather = rainOver(emulator, faultPercent / 100, random)
  const subjects = Array.from({ length: events }, (_, n) => `soaked-${seed}-${n}`)
  const memoryMb: number[] = []
  try {
    await plant(emulator, subjects)
    weather.begin()
    await sendAll(sqs, served.queue.url, subjects)
    const counted = { waiting: Number.POSITIVE_INFINITY, wentDown: false }
    while (counted.waiting > 0) {
      await pause(500)
      counted.waiting = await waitingOn(sqs, served.queue.url)
      memoryMb.push(await functionsMb())
      tell?.(`${counted.waiting} messages wait, ${memoryMb.at(-1)} MB`)
      if (counted.wentDown || counted.waiting > (events * 2) / 3) continue
      counted.wentDown = true
      await weather.storm(downMs)
    }
    weather.end()
    const receipts = await receiptsOf(index)
    const names = receipts.map(({ event, pass }) => `${event.key} ${pass}`)
    const deadLetters = await lettersOn(sqs, served.dlq.url)
    const passed = (pass: string) =>
      new Set(receipts.filter((receipt) => receipt.pass === pass).map(({ event }) => event.key))
        .size
    return {
      sent: events,
      receipts: { first: passed('first'), 'follow-up': passed('follow-up') },
      doubles: names.length - new Set(names).size,
      deadLetters,
      consentsLeft: await consentsLeft(emulator, subjects),
      faultsMet: weather.met(),
      memoryMb: tenOf(memoryMb),
      seconds: Math.round((Date.now() - began) / 1000),
    }
  } finally {
    sqs.destroy()
    await local.stop()
  }
}

function rainOver(emulator: OryEmulator, share: number, random: ReturnType<typeof randomOf>) {
  const state = { met: 0 }
  const ends: (() => void)[] = []
  return {
    met: () => state.met,
    begin() {
      for (const kind of kinds)
        ends.push(
          emulator.faults.add({
            ...kind,
            operation: '*',
            when: () => {
              const hits = random.chance(share / kinds.length)
              if (hits) state.met += 1
              return hits
            },
          }),
        )
    },
    /** Not a request gets through. */
    async storm(ms: number) {
      const over = emulator.faults.add({ operation: '*', kind: 'reset-before', when: () => true })
      await pause(ms)
      over()
    },
    end() {
      for (const over of ends) over()
    },
  }
}

async function plant(emulator: OryEmulator, subjects: readonly string[]): Promise<void> {
  const step = 500
  for (let from = 0; from < subjects.length; from += step) {
    const users = subjects.slice(from, from + step).map((subject, n) => ({
      subject,
      consents: [{ client_id: `app-${n % clients.length}` }],
    }))
    await emulator.seed({ users })
  }
}

async function sendAll(sqs: SQSClient, QueueUrl: string, subjects: readonly string[]) {
  for (let from = 0; from < subjects.length; from += 10)
    await sqs.send(
      new SendMessageBatchCommand({
        QueueUrl,
        Entries: subjects.slice(from, from + 10).map((subject, n) => ({
          Id: String(n),
          MessageBody: JSON.stringify({
            specversion: '1.0',
            type: 'user.deleted',
            id: `gone-${from + n}`,
            source: 'soak',
            time: new Date().toISOString(),
            data: { subject },
          }),
        })),
      }),
    )
}

async function waitingOn(sqs: SQSClient, QueueUrl: string): Promise<number> {
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }),
  )
  const { ApproximateNumberOfMessages, ...others } = Attributes
  return [
    ApproximateNumberOfMessages,
    others.ApproximateNumberOfMessagesNotVisible,
    others.ApproximateNumberOfMessagesDelayed,
  ].reduce((sum, count) => sum + Number(count ?? 0), 0)
}

/** Of the processes that this one has started, those that are functions. */
async function functionsMb(): Promise<number> {
  const { stdout } = await promisify(execFile)('ps', [
    '-o',
    'rss=,args=',
    '--ppid',
    String(process.pid),
  ]).catch(() => ({ stdout: '' }))
  const lines = stdout.split('\n').filter((line) => line.includes('lambda/runtime.ts'))
  return Math.round(lines.reduce((sum, line) => sum + Number.parseInt(line, 10), 0) / 1024)
}

async function receiptsOf(
  index: ReturnType<typeof dynamoDbReceiptIndex>,
): Promise<readonly Receipt[]> {
  const ids: string[] = []
  for await (const { id } of index.list({ from: 0, to: Date.now() + 60_000 })) ids.push(id)
  const texts: (string | undefined)[] = []
  for (let from = 0; from < ids.length; from += 100)
    texts.push(...(await index.read(ids.slice(from, from + 100))))
  return texts.filter((text) => text !== undefined).map((text) => JSON.parse(text) as Receipt)
}

async function lettersOn(sqs: SQSClient, QueueUrl: string): Promise<Record<string, number>> {
  const reasons: Record<string, number> = {}
  for (;;) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl,
        MaxNumberOfMessages: 10,
        MessageAttributeNames: ['All'],
        VisibilityTimeout: 600,
      }),
    )
    if (Messages.length === 0) return reasons
    for (const { MessageAttributes = {} } of Messages) {
      const reason = MessageAttributes['lapse-reason']?.StringValue ?? 'max-receives'
      reasons[reason] = (reasons[reason] ?? 0) + 1
    }
  }
}

async function consentsLeft(emulator: OryEmulator, subjects: readonly string[]): Promise<number> {
  await using ory = createOry({ adminUrl: emulator.adminUrl })
  let left = 0
  for (const subject of subjects)
    left += (await ory.listOAuth2ConsentSessions({ subject })).items.length
  return left
}

function tenOf(samples: readonly number[]): readonly number[] {
  const step = Math.max(1, Math.floor(samples.length / 10))
  return samples.filter((_, at) => at % step === 0)
}
