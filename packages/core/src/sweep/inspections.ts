import type { LeaseRow } from '../leases/index.ts'
import type { Ory } from '../ory/index.ts'
import type { Clock, FollowUps, Ledger, SecretVersions } from '../ports/index.ts'
import type { Protection } from '../protection/index.ts'
import { expectedPass, type WorkflowRow } from '../run/index.ts'
import type { ResetRow } from '../workflows/index.ts'
import { deleteExpiredGrants } from './expired-grants.ts'
import type { Inspection } from './inspection.ts'
import { latePasses } from './late-passes.ts'
import { unfinishedResets } from './unfinished-resets.ts'
import { unfrozenClients } from './unfrozen-clients.ts'

/** What the inspections of events and clients need. */
export interface InspectionServices extends Protection {
  readonly ory: Ory
  readonly ledger: Ledger<WorkflowRow>
  readonly followUps: FollowUps
  readonly leases: Ledger<LeaseRow>
  readonly resets: Ledger<ResetRow>
  readonly secrets: SecretVersions
  readonly clock: Clock
}

/** Whether events were followed up, trusts that have expired are gone, and suspensions hold. */
export function inspections(services: InspectionServices): readonly Inspection[] {
  return [
    {
      name: 'a follow-up pass is late',
      metric: 'FollowUpPassesLate',
      look: async (_allowance, seen) => latePasses(seen(expectedPass), services.clock),
    },
    {
      name: 'an expired trusted issuer has to stay',
      metric: 'ExpiredGrantsKept',
      look: (allowance) => deleteExpiredGrants(services, allowance),
    },
    {
      name: 'a suspended client is not suspended any more',
      metric: 'UnfrozenClients',
      look: (allowance) => unfrozenClients(services, allowance),
    },
    {
      name: 'a client that was reset is not handed over',
      metric: 'ResetsUnfinished',
      look: (allowance) => unfinishedResets(services, allowance),
    },
  ]
}
