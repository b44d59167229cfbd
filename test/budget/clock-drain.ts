import { setTimeout as pause } from 'node:timers/promises'
import { SQSClient } from '@aws-sdk/client-sqs'
import { tiers } from '@lapse/core/budget'
import { type Local, startLocal } from '@lapse/local'
import { sendDeletions } from '../soak/queue.ts'
import { drainRatio } from './drain-ratio.ts'

export interface ClockDrainTerms {
  readonly tier: 'growth' | 'enterprise'
  readonly users: number
  readonly tell?: (line: string) => void
}

/** What a drain came to on the machine's own clock. */
export interface ClockDrained {
  readonly users: number
  /** First passes that have a receipt. */
  readonly receipts: number
  /** Answered 429. */
  readonly refused: number
  /** The time it took by what the limit less its tolerance allows. */
  readonly ratio: number
  readonly seconds: number
  readonly incidentSeconds: readonly number[]
  /** Lambda's GB-seconds for each user, and those of them in which nothing was under way. */
  readonly busyGbs: number
  readonly waitingGbs: number
}

const apiKey = 'ory_pat_drained'
const sessionsOfEach = 2
const memoryGb = 0.5
/** When incidents come in the middle of it. */
const incidentsAtMs = [35_000, 75_000]
/** `admin-low`, by which a drain is as fast as it is. */
const counted = /^revokeOAuth2(Login|Consent)Sessions$/

/** What functions print that counts here. */
interface Line {
  readonly receipt?: { readonly pass: string; readonly lane?: string }
  readonly metered?: { readonly tookMs: number; readonly waitedMs: number }
}

/**
 * Deletes users all at once through the whole local system, two workers as they are deployed, at an
 * Ory Network that keeps to a plan's limits; nothing in it but the machine's own clock.
 */
export async function drainByTheClock({
  tier,
  users,
  tell,
}: ClockDrainTerms): Promise<ClockDrained> {
  const state = { receipts: 0, tookMs: 0, waitedMs: 0 }
  const incidents: { sentAt: number; doneAt?: number }[] = []
  const heard = ({ receipt, metered }: Line) => {
    if (metered !== undefined) {
      state.tookMs += metered.tookMs
      state.waitedMs += metered.waitedMs
    }
    if (receipt?.pass !== 'first') return
    state.receipts += 1
    const open = incidents.find(({ doneAt }) => doneAt === undefined)
    if (receipt.lane === 'incident' && open !== undefined) open.doneAt = performance.now()
  }
  const local = await startLocal({
    emulator: {
      profile: 'network',
      accounts: false,
      network: { apiKey, limits: tiers[tier] },
      seed: seedOf(users),
    },
    variables: {
      ORY_RATE_LIMITS: tier,
      NODE_OPTIONS: `--import=${new URL('meter.ts', import.meta.url).href}`,
    },
    overrides: { memorySizeMb: memoryGb * 1024 },
    schedules: [],
    onLog: (_function, line) => heard(lineOf(line)),
  })
  const { emulator } = local
  if (emulator === undefined) throw new Error('there is no Ory to drain')
  const calls: number[] = []
  const lookOn = ({ operation }: { readonly operation: string }) => {
    if (counted.test(operation)) calls.push(performance.now())
    return false
  }
  emulator.faults.add({ operation: '*', kind: 'reset-before', when: lookOn })
  const refusedBefore = refusals(local)
  try {
    const began = performance.now()
    await send(local, 'user-deleted', subjectsOf(users))
    const all = users + incidentsAtMs.length
    while (state.receipts < all) {
      await pause(100)
      const due = incidentsAtMs[incidents.length] ?? Number.POSITIVE_INFINITY
      if (performance.now() - began >= due) {
        incidents.push({ sentAt: performance.now() })
        await send(local, 'user-deleted-incident', [urgent(incidents.length)])
      }
      tell?.(`${Math.round((performance.now() - began) / 1000)} s: ${state.receipts} of ${all}`)
    }
    return {
      users,
      receipts: state.receipts - incidents.length,
      refused: refusals(local) - refusedBefore,
      ratio: drainRatio(calls, tiers[tier]['admin-low'].perMinute, all * (sessionsOfEach + 2)),
      seconds: (performance.now() - began) / 1000,
      incidentSeconds: incidents.map(({ sentAt, doneAt = Number.NaN }) => (doneAt - sentAt) / 1000),
      busyGbs: (state.tookMs / 1000 / all) * memoryGb,
      waitingGbs: (state.waitedMs / 1000 / all) * memoryGb,
    }
  } finally {
    await local.stop()
  }
}

const subjectsOf = (users: number) => Array.from({ length: users }, (_, n) => `user-${n}`)
const urgent = (number: number) => `urgent-${number}`

function seedOf(users: number) {
  const subjects = [...subjectsOf(users), ...incidentsAtMs.map((_, n) => urgent(n + 1))]
  const consents = [{ client_id: 'app' }]
  return {
    clients: [
      { client_id: 'app', scope: 'openid', redirect_uris: ['https://app.example/callback'] },
    ],
    users: subjects.flatMap((subject) =>
      Array.from({ length: sessionsOfEach }, () => ({ subject, consents })),
    ),
  }
}

function refusals({ emulator }: Local): number {
  return emulator?.requests.filter(({ status }) => status === 429).length ?? 0
}

async function send(local: Local, name: string, subjects: readonly string[]): Promise<void> {
  const QueueUrl = local.queues.find(({ queue }) => queue.name === name)?.queue.url
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' }
  const sqs = new SQSClient({ region: 'us-east-1', credentials, endpoint: local.endpoints.sqs })
  await sendDeletions(sqs, QueueUrl ?? '', subjects)
  sqs.destroy()
}

/** Functions print JSON; what is none says nothing here. */
function lineOf(text: string): Line {
  try {
    return Object(JSON.parse(text)) as Line
  } catch {
    return {}
  }
}
