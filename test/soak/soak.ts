import { execFile } from 'node:child_process'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import { SQSClient } from '@aws-sdk/client-sqs'
import { dynamoDbReceiptIndex } from '@lapse/aws/receipt-index'
import { createOry } from '@lapse/core/ory'
import { systemClock } from '@lapse/core/ports'
import type { Receipt } from '@lapse/core/run'
import { QUEUE_FUNCTIONS, startLocal } from '@lapse/local'
import type { OryEmulator } from '@lapse/ory-emulator'
import { randomOf } from '../faults/whole/random.ts'
import { passTime, timeVariables } from './passing-time.ts'
import { lettersOn, sendDeletions, waitingOn } from './queue.ts'
import { type Rain, rainOver } from './rain.ts'
import { createWitness, type Silences, type Witness } from './witness.ts'

export interface SoakTerms {
  readonly events: number
  /** Of a hundred requests to Ory, so many go wrong. */
  readonly faultPercent: number
  /** How long Ory is away once a third of the first passes are done, in milliseconds. */
  readonly downMs: number
  readonly seed: number
  readonly tell?: (line: string) => void
}

/** What came of it. */
export interface Soaked extends Silences {
  readonly sent: number
  /** Events of which each pass has a receipt. */
  readonly receipts: { readonly first: number; readonly 'follow-up': number }
  /** Receipts beyond one for each event and pass. */
  readonly doubles: number
  /** On the DLQ, by reason. */
  readonly deadLetters: Readonly<Record<string, number>>
  /** Consents that users are left with. */
  readonly consentsLeft: number
  readonly faultsMet: number
  readonly deliveries: number
  /** Invocations that failed as a whole, by why. */
  readonly failedInvocations: Readonly<Record<string, number>>
  /** Resident memory of all function processes together, in MB, at equal steps. */
  readonly memoryMb: readonly number[]
  /** What the function that lived longest has in use of its heap, in MB, at equal steps. */
  readonly heapMb: readonly number[]
  /** How long it took on the machine's clock, and on that of the system, in seconds. */
  readonly seconds: number
  readonly systemSeconds: number
}

const clients = Array.from({ length: 5 }, (_, n) => ({
  client_id: `app-${n}`,
  scope: 'openid offline',
  redirect_uris: [`https://app-${n}.example/callback`],
}))

/**
 * Of a batch one call or another fails and is waited for before it is made again, for a second or so:
 * more invocations at once than are deployed end sooner, and nothing else about them is different.
 */
const maximumConcurrency = 6

/** How long the queue is left alone between looks, on the machine's clock. */
const lookEveryMs = 25
/** What passes at once where nothing is to be done. */
const stepMs = 5000
const sampleEveryMs = 2000

/**
 * Deletes users through the whole local system while Ory fails, and counts what came of each.
 * Nothing is set to other times than those of a deployment: where every message waits, time passes.
 */
export async function soak(terms: SoakTerms): Promise<Soaked> {
  const began = { machine: performance.now(), system: Date.now() }
  const witness = createWitness()
  const local = await startLocal({
    emulator: { seed: { clients } },
    variables: {
      ...timeVariables,
      NODE_OPTIONS: `${timeVariables.NODE_OPTIONS} --import=${new URL('live-heap.ts', import.meta.url).href}`,
    },
    functions: QUEUE_FUNCTIONS.filter(({ stem }) => stem === 'user-deleted'),
    directFunctions: [],
    overrides: { maximumConcurrency },
    schedules: [],
    onLog: (_function, line) => witness.heard(line),
    onBatch: witness.saw,
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
  const subjects = Array.from({ length: terms.events }, (_, n) => `soaked-${terms.seed}-${n}`)
  try {
    await plant(emulator, subjects)
    const rain = rainOver(emulator, terms.faultPercent / 100, randomOf(terms.seed))
    await sendDeletions(sqs, served.queue.url, subjects)
    const memoryMb = await drained(() => waitingOn(sqs, served.queue.url), rain, witness, terms)
    rain.end()
    const receipts = await receiptsOf(index, began.system)
    const names = receipts.map(({ event, pass }) => `${event.key} ${pass}`)
    const passed = (pass: string) =>
      new Set(receipts.filter((receipt) => receipt.pass === pass).map(({ event }) => event.key))
        .size
    return {
      sent: terms.events,
      receipts: { first: passed('first'), 'follow-up': passed('follow-up') },
      doubles: names.length - new Set(names).size,
      deadLetters: await lettersOn(sqs, served.dlq.url),
      consentsLeft: await consentsLeft(emulator, subjects),
      faultsMet: rain.met(),
      deliveries: witness.deliveries(),
      failedInvocations: witness.failures(),
      ...witness.silences(),
      memoryMb: tenOf(memoryMb),
      heapMb: tenOf(witness.heapMb()),
      seconds: Math.round((performance.now() - began.machine) / 1000),
      systemSeconds: Math.round((Date.now() - began.system) / 1000),
    }
  } finally {
    sqs.destroy()
    await local.stop()
  }
}

/** Looks on until nothing waits any more. @returns the memory of all functions, in MB, now and then */
async function drained(
  look: () => ReturnType<typeof waitingOn>,
  rain: Rain,
  witness: Witness,
  { events, downMs, tell }: SoakTerms,
): Promise<readonly number[]> {
  const memoryMb: number[] = []
  const outage: { until?: number; ends?: () => void } = {}
  const sampled = { at: Number.NEGATIVE_INFINITY }
  for (;;) {
    const { inHand, later } = await look()
    if (inHand + later === 0) return memoryMb
    if (inHand === 0) passTime(stepMs)
    if (outage.until === undefined && witness.firstPasses() >= events / 3)
      Object.assign(outage, { until: Date.now() + downMs, ends: rain.goDown() })
    if (outage.until !== undefined && Date.now() >= outage.until) outage.ends?.()
    if (performance.now() - sampled.at >= sampleEveryMs) {
      sampled.at = performance.now()
      memoryMb.push(await functionsMb())
      const waiting = `${inHand} messages in hand, ${later} later`
      tell?.(`${new Date().toISOString()} ${waiting}, ${memoryMb.at(-1)} MB`)
    }
    await pause(lookEveryMs)
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
  from: number,
): Promise<readonly Receipt[]> {
  const ids: string[] = []
  for await (const { id } of index.list({ from, to: Date.now() + 60_000 })) ids.push(id)
  const texts: (string | undefined)[] = []
  for (let from = 0; from < ids.length; from += 100)
    texts.push(...(await index.read(ids.slice(from, from + 100))))
  return texts.filter((text) => text !== undefined).map((text) => JSON.parse(text) as Receipt)
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
