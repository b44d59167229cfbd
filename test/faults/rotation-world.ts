import { LeaseHeldError, OryTransportError } from '@lapse/core/errors'
import type { LeaseRow } from '@lapse/core/leases'
import type { Ory } from '@lapse/core/ory'
import type { FollowUps, Ledger, SecretVersions } from '@lapse/core/ports'
import type { Protection } from '@lapse/core/protection'
import {
  type Credential,
  type EndpointRow,
  type RotationEntry,
  type RotationEvent,
  type RotationReceiptRow,
  type RotationRow,
  type RotationServices,
  retire,
  rotateStep,
} from '@lapse/core/rotation'
import {
  type ManualClock,
  memoryFollowUps,
  memoryLedger,
  memoryPendingReceipts,
  memorySecretVersions,
  recordingLog,
  recordingMetrics,
  unprotected,
} from '@lapse/core/testing'
import { getsToken, hiddenPartsOf, type Rotated } from './rotation-clients.ts'
import { type Actor, type Fate, type Gate, startActor } from './stage.ts'

const minute = 60_000
export const overlapMs = 60 * minute
export const steps = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'] as const

/** An Ory server that a test talks to, on the test's own clock. */
export interface OryServer {
  readonly ory: Ory
  readonly publicUrl: string
  readonly clock: ManualClock
}

const open: Gate = (_label, call) => call()

/** One rotated secret, everything that is kept about it, and any number of deliveries. */
export function rotationWorld(
  { ory, publicUrl, clock }: OryServer,
  { client_id, credential }: Rotated,
  options: {
    readonly entry?: Partial<RotationEntry>
    readonly protection?: Partial<Protection>
    readonly tags?: Readonly<Record<string, string>>
    readonly value?: string
    readonly how?: 'basic' | 'post'
  } = {},
) {
  const secrets = memorySecretVersions(clock)
  const arn = secrets.create(client_id, options.value ?? JSON.stringify(credential), {
    tags: options.tags ?? {},
  })
  const ledger = memoryLedger<RotationRow>()
  const receiptRows = memoryLedger<RotationReceiptRow>()
  const receipts = {
    get rows() {
      return receiptRows.rows.map(({ receipt }) => receipt)
    },
    get expiries() {
      return receiptRows.expiries
    },
  }
  const endpoints = memoryLedger<EndpointRow>()
  const leases = memoryLedger<LeaseRow>()
  const followUps = memoryFollowUps()
  const pendingReceipts = memoryPendingReceipts({ ledger: receiptRows, clock })
  const log = recordingLog()
  const metrics = recordingMetrics()
  const tokenEndpoint = `${publicUrl}/oauth2/token`
  const entry = { secretId: client_id, overlap: 'PT1H', ...options.entry }
  const settings = {
    entries: [entry],
    ...unprotected,
    ...options.protection,
    tokenEndpoint,
  }
  /** Every credential that Ory ever accepted, or that was ever stored. */
  const known: Credential[] = [credential]

  const servicesAt = (gate: Gate): RotationServices => ({
    ory: gatedOry(ory, gate, (client_secret) => known.push({ client_id, client_secret })),
    secrets: gatedSecrets(secrets, gate, (value) => known.push(JSON.parse(value))),
    ledger: gatedLedger('row', ledger, gate),
    receipts: gatedLedger('receipt', receiptRows, gate),
    endpoints: gatedLedger('endpoint', endpoints, gate),
    leases: gatedLedger('lease', leases, gate),
    followUps: gatedFollowUps(followUps, gate),
    pendingReceipts: {
      mark: (mark) => gate('mark the receipt', () => pendingReceipts.mark(mark)),
    },
    clock,
    log,
    metrics,
    settings,
  })
  const allowance = () => ({ deadline: clock.now() + minute })
  const deliver = (event: RotationEvent, gate: Gate = open) =>
    rotateStep(event, allowance(), servicesAt(gate))
  const step = (Step: string, ClientRequestToken: string, gate: Gate = open) =>
    deliver({ Step, SecretId: arn, ClientRequestToken }, gate)
  const sweep = async (gate: Gate = open) => {
    const services = servicesAt(gate)
    for await (const followUp of followUps.due(clock.now())) {
      const outcome = await retire(followUp, allowance(), services)
      if (outcome !== undefined) await services.followUps.end(followUp, outcome)
    }
  }

  const works = (tried: Credential) =>
    getsToken(tried, { ory, tokenEndpoint, now: clock.now() }, options.how)
  const credentialAt = async (stage: 'AWSCURRENT' | 'AWSPENDING' | 'AWSPREVIOUS') => {
    const value = await secrets.value(arn, { stage })
    return value === undefined ? undefined : (JSON.parse(value) as Credential)
  }
  const currentWorks = async () => works((await credentialAt('AWSCURRENT')) as Credential)
  const stages = async () => (await secrets.describe(arn))?.versions ?? {}
  const written = () =>
    JSON.stringify([
      ledger.rows,
      receipts.rows,
      leases.rows,
      followUps.scheduled,
      log.lines,
      metrics.counts,
    ])
  const leaked = () => known.flatMap(hiddenPartsOf).filter((part) => written().includes(part))

  return {
    arn,
    secretId: client_id,
    allowance,
    clock,
    credentialAt,
    currentWorks,
    deliver,
    endpoints,
    followUps,
    pendingReceipts,
    known,
    leaked,
    ledger,
    log,
    metrics,
    ory,
    receipts,
    secrets,
    services: servicesAt(open),
    servicesAt,
    stages,
    step,
    sweep,
    works,
  }
}

export type RotationWorld = ReturnType<typeof rotationWorld>

/** Has the ledger know what the server does with a secret that it is asked to rotate to. */
export async function knowsOfChosenSecrets(
  { endpoints, services, clock }: RotationWorld,
  chosenSecret: NonNullable<EndpointRow['chosenSecret']>,
): Promise<void> {
  const { tokenEndpoint } = services.settings
  const key = { workflow: 'rotate-client-secret', event: tokenEndpoint, pass: 'endpoint' }
  const row = { rotates: true, seenAt: clock.now(), chosenSecret }
  const stored = await endpoints.read(key)
  await endpoints.write(key, row, stored?.version ?? 0, undefined)
}

/** What happens at one of the calls to the outside, counted from 0 over all deliveries. */
export interface Fault {
  readonly call: number
  readonly fate: Fate
}

/** Calls that change what a credential is good for, or which one is current. All others read, or write elsewhere. */
const telling = /^(?:patchOAuth2Client|rotateOAuth2ClientSecret|put|move|rotate)\b/

/**
 * Plays deliveries one after another until each has succeeded, with a fault at one call. `look` is
 * asked after that call and every later one that may have changed something. Gives the number of
 * calls there were.
 */
export async function playOut(
  world: RotationWorld,
  deliveries: readonly ((gate: Gate) => Promise<void>)[],
  { fault, look }: { readonly fault?: Fault; readonly look?: (at: string) => Promise<void> } = {},
): Promise<number> {
  let calls = 0
  for (const delivery of deliveries) {
    for (let tries = 0; ; tries += 1) {
      if (tries > 20) throw new Error('this never succeeds')
      const outcome = { failed: false }
      const actor = await startActor('delivery', (gate) =>
        delivery(gate).catch((error: unknown) => {
          outcome.failed = true
          if (error instanceof LeaseHeldError) world.clock.advance(error.until - world.clock.now())
        }),
      )
      while (actor.state === 'held') {
        const label = String(actor.at)
        await actor.step(calls === fault?.call ? fault.fate : 'go-on')
        // Up to the fault it is all as it is without one.
        const isLater = calls > (fault?.call ?? -1)
        if (calls === fault?.call || (isLater && telling.test(label)))
          await look?.(`${calls}: ${label}`)
        calls += 1
      }
      if (isDone(actor) && !outcome.failed) break
    }
  }
  return calls
}

function isDone({ state }: Actor): boolean {
  return state === 'done'
}

/** A whole rotation as Secrets Manager and the sweep drive it. */
export function rotationOf(world: RotationWorld, versionId: string) {
  return [
    ...steps.map((name) => (gate: Gate) => world.step(name, versionId, gate)),
    (gate: Gate) => {
      world.clock.advance(overlapMs)
      return world.sweep(gate)
    },
  ]
}

function gatedOry(ory: Ory, gate: Gate, made: (secret: string) => void): Ory {
  const held = <T>(op: string, call: () => PromiseLike<T>) =>
    gate(
      op,
      async () => call(),
      (mayHaveRun) => new OryTransportError(op, { reason: 'reset', mayHaveRun, message: 'lost' }),
    )
  const gated: Pick<
    Ory,
    | 'getOAuth2Client'
    | 'oauth2TokenExchange'
    | 'patchOAuth2Client'
    | 'revokeOAuth2Token'
    | 'rotateOAuth2ClientSecret'
  > = {
    getOAuth2Client: (...call) => held('getOAuth2Client', () => ory.getOAuth2Client(...call)),
    oauth2TokenExchange: (...call) =>
      held('oauth2TokenExchange', () => ory.oauth2TokenExchange(...call)),
    patchOAuth2Client: (...call) => held('patchOAuth2Client', () => ory.patchOAuth2Client(...call)),
    rotateOAuth2ClientSecret: (...call) =>
      held('rotateOAuth2ClientSecret', async () => {
        const answer = await ory.rotateOAuth2ClientSecret(...call)
        if (answer.client_secret) made(answer.client_secret)
        return answer
      }),
    revokeOAuth2Token: (...call) => held('revokeOAuth2Token', () => ory.revokeOAuth2Token(...call)),
  }
  return gated as Ory
}

function gatedSecrets(
  secrets: SecretVersions,
  gate: Gate,
  put: (value: string) => void,
): SecretVersions {
  return {
    ...secrets,
    describe: (...call) => gate('describe', () => secrets.describe(...call)),
    value: (...call) => gate('value', () => secrets.value(...call)),
    put: (id, version, value, stage) =>
      gate('put', async () => {
        await secrets.put(id, version, value, stage)
        put(value)
      }),
    moveStage: (id, stage, move) => gate(`move ${stage}`, () => secrets.moveStage(id, stage, move)),
    rotate: (id) => gate('rotate', () => secrets.rotate(id)),
  }
}

function gatedLedger<Row>(name: string, ledger: Ledger<Row>, gate: Gate): Ledger<Row> {
  return {
    read: (key) => gate(`read the ${name}`, () => ledger.read(key)),
    write: (...write) => gate(`write the ${name}`, () => ledger.write(...write)),
  }
}

function gatedFollowUps(followUps: FollowUps, gate: Gate): FollowUps {
  return {
    ...followUps,
    schedule: (followUp) => gate('schedule', () => followUps.schedule(followUp)),
    end: (followUp, outcome) => gate('end the follow-up', () => followUps.end(followUp, outcome)),
  }
}
