import { dynamoDbLedger } from '@lapse/aws/dynamodb-ledger'
import { dynamoDbFollowUps } from '@lapse/aws/follow-ups'
import { oryAccountsSettings } from '@lapse/aws/settings/ory'
import { rateLimits } from '@lapse/aws/settings/rate-limits'
import { required } from '@lapse/aws/settings/texts'
import {
  type BucketState,
  bookedBucket,
  bucketKey,
  type CircuitState,
  circuitKey,
  closed,
  projectAt,
} from '@lapse/core/budget'
import type { Ledger, RowKey } from '@lapse/core/ports'
import type { JudgedSecret } from '@lapse/core/rotation'
import { readLastSweep, type SweepRow } from '@lapse/core/sweep'
import { placeName } from '../place/find-place.ts'
import { readRotations } from '../rotation/read-rotations.ts'
import { CannotTell } from '../site/cannot-tell.ts'
import { readHead } from '../site/log-head.ts'
import { queuePairs } from '../site/queues.ts'
import type { Site } from '../site/site.ts'
import { stagePrefix } from '../site/stage-prefix.ts'
import { whyNot } from '../site/why.ts'
import { readFollowUps } from './follow-ups.ts'
import { laneCounts, lanesOf } from './lanes.ts'
import {
  type AccountsCircuitStatus,
  type AlarmsStatus,
  type CheckpointStatus,
  type CircuitStatus,
  type FollowUpStatus,
  type LanesStatus,
  type Part,
  partOf,
  type QueueStatus,
  type RotationStatus,
  type Status,
  type SweepStatus,
} from './status.ts'

/** Reads everything at once; what cannot be read hides nothing else. */
export async function readStatus(site: Site): Promise<Status> {
  const known = <Known>(read: () => Promise<Known>) => partOf(read, whyNot)
  const [queues, followUps, circuit, accounts, rotations, sweep, checkpoint, alarms] =
    await Promise.all([
      known(() => readQueues(site)),
      known(() => readOpen(site)),
      known(() => readCircuit(site, circuitKey(projectOf(site)))),
      known(() => readAccountsCircuits(site)),
      known(async () => (await readRotations(site.place)).map(rotationOf)),
      known(() => readSweep(site)),
      known(() => readCheckpoint(site)),
      known(() => readRinging(site)),
    ])
  return {
    at: iso(site.clock.now()),
    place: placeName(site.place),
    queues,
    lanes: await known(() => readLanes(site, { queues, followUps, circuit })),
    circuit,
    account_circuits: accounts,
    follow_ups: followUps,
    rotations,
    last_sweep: sweep,
    last_checkpoint: checkpoint,
    alarms,
  }
}

async function readQueues({ aws, variables, clock }: Site): Promise<readonly QueueStatus[]> {
  const pairs = queuePairs(variables).filter(({ queueUrl }) => queueUrl !== undefined)
  if (pairs.length === 0)
    throw new CannotTell('no queue is known: USER_DELETED_QUEUE_URL is not set')
  const urls = pairs.map(({ queueUrl }) => queueUrl ?? '')
  const ages = await aws.queueAges(urls.map(nameOf), clock.now()).catch(() => new Map())
  return Promise.all(
    pairs.map(async ({ name, dlqUrl }, index) => {
      const url = urls[index] ?? ''
      const queue = await aws.queue(url)
      const dlq = dlqUrl === undefined ? {} : await aws.queue(dlqUrl)
      return {
        queue: name,
        waiting: countIn(queue, 'ApproximateNumberOfMessages'),
        in_flight: countIn(queue, 'ApproximateNumberOfMessagesNotVisible'),
        delayed: countIn(queue, 'ApproximateNumberOfMessagesDelayed'),
        dead: countIn(dlq, 'ApproximateNumberOfMessages'),
        oldest_ms: ages.get(nameOf(url)) ?? null,
      }
    }),
  )
}

function nameOf(url: string): string {
  return url.split('/').at(-1) ?? url
}

function countIn(queue: Readonly<Record<string, string>>, name: string): number {
  return Number(queue[name] ?? 0)
}

interface ReadForLanes {
  readonly queues: Part<readonly QueueStatus[]>
  readonly followUps: Part<readonly FollowUpStatus[]>
  readonly circuit: Part<CircuitStatus>
}

async function readLanes(
  site: Site,
  { queues, followUps, circuit }: ReadForLanes,
): Promise<LanesStatus> {
  if ('unknown' in queues) throw new CannotTell(queues.unknown)
  // Without them second passes whose time has not come would be counted, and what is due for the sweep not.
  if ('unknown' in followUps) throw new CannotTell(followUps.unknown)
  const bucket = bookedBucket(rateLimits(site.variables), 'admin-low')
  const key = bucketKey(projectOf(site), bucket?.name ?? '')
  const state = bucket && (await rowAt<BucketState>(site, key))
  const openUntil = 'known' in circuit ? Date.parse(circuit.known.until ?? '') : Number.NaN
  const counts = laneCounts(queues.known, followUps.known)
  const terms = { ...counts, limit: bucket?.limit, state, openUntil: openUntil || 0 }
  return lanesOf(terms, site.clock.now())
}

function readAccountsCircuits(site: Site): Promise<readonly AccountsCircuitStatus[]> {
  const { identitiesUrl, apiKeysUrl } = oryAccountsSettings(site.variables)
  const urls = { identities: identitiesUrl, 'api-keys': apiKeysUrl } as const
  const servers = (['identities', 'api-keys'] as const).flatMap((server) => {
    const url = urls[server]
    return url === undefined ? [] : [{ server, key: circuitKey(projectAt(url), server) }]
  })
  return Promise.all(
    servers.map(async ({ server, key }) => ({ server, ...(await readCircuit(site, key)) })),
  )
}

async function readCircuit(site: Site, key: RowKey): Promise<CircuitStatus> {
  const { openUntil, opened } = (await rowAt<CircuitState>(site, key)) ?? closed
  if (openUntil === 0) return { state: 'closed', until: null, opened: 0 }
  const state = openUntil > site.clock.now() ? 'open' : 'probing'
  return { state, until: iso(openUntil), opened }
}

/** As the functions call the Ory whose calls they share. */
function projectOf({ variables }: Site): string {
  const url = required(variables, 'ORY_ADMIN_URL')
  if (!URL.canParse(url)) throw new CannotTell('ORY_ADMIN_URL is not a URL')
  return projectAt(url)
}

function ledgerOf<Row>({ place, variables, clock }: Site): Ledger<Row> {
  return dynamoDbLedger<Row>(required(variables, 'LEDGER_TABLE'), clock, place.dynamoDb)
}

async function rowAt<Row>(site: Site, key: RowKey): Promise<Row | undefined> {
  return (await ledgerOf<Row>(site).read(key))?.row
}

function readOpen({ place, variables, clock }: Site): Promise<readonly FollowUpStatus[]> {
  const table = required(variables, 'LEDGER_TABLE')
  return readFollowUps(dynamoDbFollowUps(table, clock, place.dynamoDb), clock.now())
}

function rotationOf(secret: JudgedSecret): RotationStatus {
  const { secretId, verdict, nextRotationAt, overlap } = secret
  const { reason = null, problem = null, phase = null } = secret
  return {
    secret: secretId,
    verdict,
    reason,
    problem,
    phase,
    due_at: nextRotationAt === undefined ? null : iso(nextRotationAt),
    overlap_until: overlap === undefined ? null : iso(overlap.retireAt),
  }
}

async function readSweep(site: Site): Promise<SweepStatus> {
  const stored = await readLastSweep(ledgerOf<SweepRow>(site))
  if (stored === undefined) throw new CannotTell('no sweep has said that it ran')
  const { startedAt, endedAt, executed, failed, findings } = stored.row
  return { started_at: iso(startedAt), ended_at: iso(endedAt), executed, failed, findings }
}

async function readCheckpoint(site: Site): Promise<CheckpointStatus> {
  const head = await readHead(site)
  if (head === undefined) throw new CannotTell('no checkpoint was ever signed')
  return { at: iso(head.time), receipts: head.size }
}

async function readRinging(site: Site): Promise<AlarmsStatus> {
  if (site.isDev) throw new CannotTell('lapse dev has no alarms')
  const alarms = await site.aws.alarms(await stagePrefix(site))
  const ringing = alarms.filter(({ state }) => state === 'ALARM')
  return {
    alarms: alarms.length,
    ringing: ringing.map(({ name, since, description }) => ({
      alarm: name,
      since: since === undefined ? null : iso(since),
      says: description,
    })),
  }
}

function iso(time: number): string {
  return new Date(time).toISOString()
}
