import { randomUUID } from 'node:crypto'
import { type OwnersPart, parseAppOffboarded, parseKeyRotated } from '@lapse/core/events'
import type { TrustedKeyRow } from '@lapse/core/issuers'
import type { LeaseRow } from '@lapse/core/leases'
import type { Ory } from '@lapse/core/ory'
import type { Protection } from '@lapse/core/protection'
import type { RotationRow } from '@lapse/core/rotation'
import { run, type WorkflowRow } from '@lapse/core/run'
import { sweep } from '@lapse/core/sweep'
import {
  manualClock,
  memoryFollowUps,
  memoryLedger,
  memoryPendingReceipts,
  memorySecretVersions,
  recordingLog,
  recordingMetrics,
  unprotected,
} from '@lapse/core/testing'
import type { ResetRow } from '@lapse/core/workflows'
import {
  freeze,
  type KeyHistoryRow,
  keyRotated,
  type NewestRow,
  offboarding,
  unfinishedReset,
} from '@lapse/core/workflows'
import { partsOfSweep } from '../../functions/services/sweep-parts.ts'
import { newKey } from '../faults/key-rotated-partner.ts'
import { recording } from './recording.ts'

/** What may be protected, on one path. */
export interface Names {
  readonly clientId: string
  readonly owner: string
  readonly issuer: string
}

/** One way on which lapse writes, prepared and not yet gone. */
export interface Path {
  readonly names: Names
  /** Goes it under what is protected, and gives the writes there were. */
  readonly go: (protection: Protection) => Promise<readonly string[]>
}

const hour = 3_600_000
const future = '2036-01-01T00:00:00Z'

/** An app with everything that can go with one, and the outside around it. */
async function stage(ory: Ory) {
  const names: Names = {
    clientId: `app-${randomUUID()}`,
    owner: `owner-${randomUUID()}`,
    issuer: `https://${randomUUID()}.example`,
  }
  const { clientId, owner, issuer } = names
  const client = await ory.createOAuth2Client({
    body: { client_id: clientId, owner, grant_types: ['client_credentials'] },
  })
  const clock = manualClock(new Date(Date.now() + hour).toISOString())
  const secrets = memorySecretVersions(clock)
  const value = JSON.stringify({ client_id: clientId, client_secret: 'before' })
  const secret = secrets.create(`secret-${randomUUID()}`, value, {
    tags: { 'lapse:client_id': clientId },
  })
  const writes: string[] = []
  const services = {
    ory: recording('ory', ory, writes),
    secrets: recording('secrets', secrets, writes),
    ledger: memoryLedger<WorkflowRow>(),
    leases: memoryLedger<LeaseRow>(),
    newest: memoryLedger<NewestRow>(),
    resets: memoryLedger<ResetRow>(),
    rotations: memoryLedger<RotationRow>(),
    trustedKeys: memoryLedger<TrustedKeyRow>(),
    keyHistories: memoryLedger<KeyHistoryRow>(),
    followUps: memoryFollowUps(),
    pendingReceipts: memoryPendingReceipts(),
    ledgerKey: new Uint8Array(32),
    clock,
    log: recordingLog(),
    metrics: recordingMetrics(),
  }
  const trust = (kid: string, expires_at = future) =>
    ory.trustOAuth2JwtGrantIssuer({
      body: { issuer, allow_any_subject: true, scope: ['read'], jwk: newKey(kid).jwk, expires_at },
    })
  const deliver = async (body: string, protection: Protection, derived?: OwnersPart) => {
    const delivery = {
      deadline: clock.now() + 60_000,
      pass: 'first' as const,
      messages: {
        send: async () => void writes.push('queue.send'),
        followUp: async () => void writes.push('queue.send'),
      },
    }
    const settings = { ...protection, accessTokenLifespanMs: hour, secretRecoveryDays: 30 }
    if (body.includes('key.rotated'))
      return run(keyRotated(settings), parseKeyRotated(body), delivery, services)
    const event = { ...parseAppOffboarded(body), ...(derived && { derived }) }
    return run(offboarding(event, settings), event, delivery, services)
  }
  const sweepAt = (protection: Protection) =>
    sweep(
      partsOfSweep({
        services,
        rotation: undefined,
        keys: { ...protection, accessTokenLifespanMs: hour },
      }),
      { deadline: clock.now() + hour },
    )
  return { names, client, secret, clock, services, writes, trust, deliver, sweepAt }
}

type Stage = Awaited<ReturnType<typeof stage>>

function body(type: string, data: object, { clock }: Stage): string {
  const time = new Date(clock.now()).toISOString()
  const event = { specversion: '1.0', id: randomUUID(), source: 'test', type, time, data }
  return JSON.stringify(event)
}

/** One delivery of an `app.offboarded`. */
async function offboarded(
  ory: Ory,
  dataOf: (at: Stage) => object,
  derivedOf: (at: Stage) => OwnersPart | undefined = () => undefined,
): Promise<Path> {
  const at = await stage(ory)
  await at.trust('k1')
  const message = body('app.offboarded', dataOf(at), at)
  return {
    names: at.names,
    async go(protection) {
      await at.deliver(message, protection, derivedOf(at)).catch(() => undefined)
      return at.writes
    },
  }
}

const partOf =
  (part: Pick<OwnersPart, 'part' | 'after'>) =>
  ({ names: { owner } }: Stage): OwnersPart => ({ ...part, owner, root: 'root' })

const parts = ({ names: { issuer }, secret }: Stage) => ({
  issuers: [issuer],
  secret_ids: [secret],
})

/** Ways of the workflows and of the sweep, by what they are called in the test. */
export const workflowPaths: Readonly<Record<string, (ory: Ory) => Promise<Path>>> = {
  'app-offboarded: delete': (ory) =>
    offboarded(ory, (at) => ({ mode: 'delete', client_id: at.names.clientId, ...parts(at) })),
  'app-offboarded: delete, of an owner': (ory) =>
    offboarded(
      ory,
      (at) => ({ mode: 'delete', client_id: at.names.clientId }),
      partOf({ part: 'client' }),
    ),
  'app-offboarded: suspend': (ory) =>
    offboarded(ory, (at) => ({ mode: 'suspend', client_id: at.names.clientId })),
  async 'app-offboarded: restore'(ory) {
    const path = await offboarded(ory, (at) => ({ mode: 'restore', client_id: at.names.clientId }))
    const id = path.names.clientId
    await ory.patchOAuth2Client({ id, body: freeze(await ory.getOAuth2Client({ id })) })
    return path
  },
  'app-offboarded: reset': (ory) =>
    offboarded(ory, (at) => ({
      mode: 'reset',
      client_id: at.names.clientId,
      secret_ids: [at.secret],
    })),
  'app-offboarded: owner': (ory) =>
    offboarded(ory, (at) => ({ mode: 'delete', owner: at.names.owner, ...parts(at) })),
  'app-offboarded: owner, after the protected client': (ory) =>
    offboarded(
      ory,
      (at) => ({ mode: 'delete', owner: at.names.owner, ...parts(at) }),
      (at) => partOf({ part: 'rest', after: `${at.names.clientId}~` })(at),
    ),
  'app-offboarded: owner parts': (ory) =>
    offboarded(
      ory,
      (at) => ({ mode: 'delete', owner: at.names.owner, ...parts(at) }),
      partOf({ part: 'parts' }),
    ),
  async 'key-rotated'(ory) {
    const at = await stage(ory)
    await at.trust('k1')
    const message = body('key.rotated', keyData(at), at)
    return {
      names: at.names,
      async go(protection) {
        await at.deliver(message, protection).catch(() => undefined)
        return at.writes
      },
    }
  },
  async 'sweep: retire-keys'(ory) {
    const at = await stage(ory)
    await at.trust('k1')
    await at.deliver(body('key.rotated', keyData(at), at), unprotected)
    at.clock.advance(2 * hour)
    return swept(at)
  },
  async 'sweep: unfinished reset'(ory) {
    const at = await stage(ory)
    const { clientId } = at.names
    const { resets, followUps } = at.services
    const client = await ory.getOAuth2Client({ id: clientId })
    const time = String(client.created_at)
    const event = { id: 'e', source: 's', time }
    const row = { clientId, event, key: 'k', client, createdAt: time, openedAt: at.clock.now() }
    const key = { workflow: 'app-offboarded', event: `client ${clientId}`, pass: 'reset' }
    await resets.write(key, row, 0, undefined)
    const data = { client_id: clientId }
    await followUps.schedule({
      id: 'r',
      kind: unfinishedReset,
      dueAt: Infinity,
      about: clientId,
      data,
    })
    await ory.deleteOAuth2Client({ id: clientId })
    return swept(at)
  },
  async 'sweep: expired grants'(ory) {
    const at = await stage(ory)
    await at.trust('k1', new Date(at.clock.now() + hour).toISOString())
    at.clock.advance(2 * hour)
    return swept(at)
  },
}

function keyData({ names: { issuer } }: Stage): object {
  return {
    issuer,
    allow_any_subject: true,
    scope: ['read'],
    jwk: newKey('k2').jwk,
    expires_at: future,
    retire: { kids: ['k1'], after: 'PT1H' },
    siblings: 'follow',
  }
}

function swept({ names, writes, sweepAt }: Stage): Path {
  const before = writes.length
  return {
    names,
    async go(protection) {
      await sweepAt(protection)
      return writes.slice(before)
    },
  }
}
