import { randomUUID } from 'node:crypto'
import {
  defaultSubjectFields,
  parseAppOffboarded,
  parseKeyRotated,
  parseUserDeleted,
  queueJson,
} from '@lapse/core/events'
import type { TrustedKeyRow } from '@lapse/core/issuers'
import type { LeaseRow } from '@lapse/core/leases'
import type { Ory } from '@lapse/core/ory'
import type { Ledger } from '@lapse/core/ports'
import type { Protection } from '@lapse/core/protection'
import type { RotationRow } from '@lapse/core/rotation'
import { type DryRun, dryRun, type Run, run, type WorkflowRow } from '@lapse/core/run'
import {
  manualClock,
  memoryFollowUps,
  memoryLedger,
  memoryPendingReceipts,
  memorySecretVersions,
  recordingLog,
  recordingMetrics,
} from '@lapse/core/testing'
import type { KeptSubjectsRow, ResetRow } from '@lapse/core/workflows'
import {
  forEachSubject,
  type KeyHistoryRow,
  keyRotated,
  type NewestRow,
  offboarding,
  userDeleted,
} from '@lapse/core/workflows'
import { newKey } from '../faults/key-rotated-partner.ts'
import { writeOf } from './places.ts'
import { noting } from './recording.ts'

/** What was written: a call as a plan tells it, or the name of a port that keeps things. */
export type Written = { readonly op: string; readonly params?: unknown }

const hour = 3_600_000

/** One subject or a list of them, as the event has it. */
const templates = { test: ['{subject}'] }
export const seconds = 1000

/** The outside of one worker, with every write to it noted before it is made. */
export function plannedWorld(ory: Ory, startedAt: number) {
  const clock = manualClock(new Date(startedAt).toISOString())
  const writes: Written[] = []
  const secrets = memorySecretVersions(clock)
  const names = {
    clientId: `app-${randomUUID()}`,
    owner: `owner-${randomUUID()}`,
    issuer: `https://${randomUUID()}.example`,
    subject: `user-${randomUUID()}`,
  }
  const note = (op: string, given: readonly unknown[]) => void writes.push(written(op, given))
  const ledgerOf = <Row>() => noting<Ledger<Row>>(memoryLedger<Row>(clock), keeps('write'), note)
  const services = {
    ory: noting(ory, (name) => writeOf('ory', name), note),
    secrets: noting(secrets, (name) => writeOf('secrets', name), note),
    ledger: ledgerOf<WorkflowRow>(),
    leases: ledgerOf<LeaseRow>(),
    newest: ledgerOf<NewestRow>(),
    resets: ledgerOf<ResetRow>(),
    keptSubjects: ledgerOf<KeptSubjectsRow>(),
    rotations: ledgerOf<RotationRow>(),
    trustedKeys: ledgerOf<TrustedKeyRow>(),
    keyHistories: ledgerOf<KeyHistoryRow>(),
    followUps: noting(memoryFollowUps(), keeps('schedule', 'end'), note),
    pendingReceipts: noting(memoryPendingReceipts(), keeps('mark'), note),
    ledgerKey: new Uint8Array(32),
    clock,
    log: recordingLog(),
    metrics: recordingMetrics(),
  }
  const messages = {
    send: async (body: string, derived?: object) =>
      void writes.push({ op: 'queue.send', params: { body, derived } }),
    followUp: async () => void writes.push({ op: 'kept' }),
  }

  /** A plan of an event, or a worker's delivery of it. */
  async function ask(body: string, protection: Protection, doing: 'plan'): Promise<DryRun>
  async function ask(body: string, protection: Protection, doing: 'run'): Promise<Run>
  async function ask(body: string, protection: Protection, doing: 'plan' | 'run') {
    const settings = { ...protection, accessTokenLifespanMs: hour, secretRecoveryDays: 30 }
    const type: string = JSON.parse(body).type
    const delivery = { deadline: clock.now() + hour, pass: 'first' as const, messages }
    const reading = { ory: services.ory, secrets: services.secrets, services }
    const now = clock.now()
    if (type === 'key.rotated') {
      const work = [keyRotated(settings), parseKeyRotated(body)] as const
      return doing === 'plan' ? dryRun(...work, reading, now) : run(...work, delivery, services)
    }
    if (type === 'user.deleted') {
      const followUpAfterMs = hour
      const event = parseUserDeleted(body, { ...defaultSubjectFields, templates })
      const ofOne = userDeleted({ ...settings, followUpAfterMs })
      const work = [forEachSubject(event, ofOne), event] as const
      return doing === 'plan' ? dryRun(...work, reading, now) : run(...work, delivery, services)
    }
    const event = parseAppOffboarded(body)
    const work = [offboarding(event, settings), event] as const
    return doing === 'plan' ? dryRun(...work, reading, now) : run(...work, delivery, services)
  }

  return { names, clock, secrets, writes, ask }
}

export type PlannedWorld = ReturnType<typeof plannedWorld>

/** An event as it stands on the queue, so many milliseconds away from the world's time. */
export function messageOf(type: string, data: object, { clock }: PlannedWorld, awayMs = 0): string {
  const time = new Date(clock.now() + awayMs).toISOString()
  return queueJson({ specversion: '1.0', id: randomUUID(), source: 'test', type, time, data })
}

const keys = new Map<string, ReturnType<typeof newKey>>()

/** One key for each name. */
export function keyNamed(name: string, kid: string) {
  const key = keys.get(name) ?? newKey(kid)
  keys.set(name, key)
  return { ...key.jwk, kid }
}

const keeps =
  (...methods: readonly string[]) =>
  (name: PropertyKey) =>
    methods.includes(String(name)) ? 'kept' : undefined

const written = (op: string, given: readonly unknown[]): Written =>
  op === 'kept' ? { op } : { op, params: op.startsWith('secrets.') ? given : given[0] }
