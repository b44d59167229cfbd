import type { Worker } from '../delivery/index.ts'
import type { TrustedKeyRow } from '../issuers/index.ts'
import type { LeaseRow } from '../leases/index.ts'
import type { Ory } from '../ory/index.ts'
import type { SecretVersions } from '../ports/index.ts'
import type { RotationRow } from '../rotation/index.ts'
import type { Workflow, WorkflowEvent, WorkflowRow } from '../run/index.ts'
import type {
  KeptSubjectsRow,
  KeyHistoryRow,
  KeyRotatedServices,
  NewestRow,
  OffboardingServices,
  ResetRow,
  UserServices,
} from '../workflows/index.ts'
import { manualClock } from './manual-clock.ts'
import { memoryFollowUps } from './memory-follow-ups.ts'
import { memoryLedger } from './memory-ledger.ts'
import { memoryOutbox } from './memory-outbox.ts'
import { memoryPendingReceipts } from './memory-pending-receipts.ts'
import { recordingLog, recordingMetrics } from './recorder.ts'

/** A workflow that needs no Ory: what is under test is everything around it. */
export function stillWorkflow(
  observe: () => Promise<void> = async () => undefined,
): Workflow<WorkflowEvent, void> {
  return {
    name: 'still',
    preconditions: [],
    about: ({ subject = '' }, pseudonym) => ({ subject: pseudonym(subject) }),
    followUpAfterMs: 31 * 60_000,
    observe,
    count: () => ({}),
    plan: () => [],
    verify: () => ({}),
    survivors: async () => [],
    measure: (_row, metrics) => metrics.count('UsersProcessed', 1),
  }
}

/** A worker in memory around a workflow, with everything it writes to at hand. */
export function memoryWorker(workflow: Workflow<WorkflowEvent, void>) {
  const clock = manualClock('2026-01-02T03:04:05Z')
  const outbox = memoryOutbox()
  const log = recordingLog()
  const metrics = recordingMetrics()
  const ledger = memoryLedger<WorkflowRow>()
  const services: OffboardingServices & KeyRotatedServices & UserServices = {
    ory: {} as Ory,
    ledger,
    leases: memoryLedger<LeaseRow>(),
    newest: memoryLedger<NewestRow>(),
    resets: memoryLedger<ResetRow>(),
    keptSubjects: memoryLedger<KeptSubjectsRow>(),
    rotations: memoryLedger<RotationRow>(),
    trustedKeys: memoryLedger<TrustedKeyRow>(),
    keyHistories: memoryLedger<KeyHistoryRow>(),
    followUps: memoryFollowUps(),
    pendingReceipts: memoryPendingReceipts(),
    secrets: {} as SecretVersions,
    ledgerKey: new Uint8Array(32),
    clock,
    log,
    metrics,
  }
  const worker: Omit<Worker<WorkflowEvent, void>, 'parseDerived'> = {
    parse: eventOf,
    workflow: () => workflow,
    outbox,
    services: async () => services,
    clock,
    log,
    metrics,
  }
  return { worker, clock, outbox, log, metrics, ledger }
}

/** Any body is an event; its text is id and subject. */
function eventOf(body: string): WorkflowEvent {
  const time = '2026-01-02T03:00:00Z'
  return { type: 'still', id: `e-${body}`, source: 'test', time, data: { body }, subject: body }
}
