import type { Check } from './check.ts'
import { adminExposed } from './checks/admin-exposed.ts'
import { alarms } from './checks/alarms.ts'
import { checkpoint } from './checks/checkpoint.ts'
import { clocks } from './checks/clocks.ts'
import { dlqs } from './checks/dlqs.ts'
import { eventStream } from './checks/event-stream.ts'
import { kmsKey } from './checks/kms-key.ts'
import { ledgerKey } from './checks/ledger-key.ts'
import { listedNothing } from './checks/listed-nothing.ts'
import { mappings } from './checks/mappings.ts'
import { oryAccounts } from './checks/ory-accounts.ts'
import { oryKey } from './checks/ory-key.ts'
import { oryUrls } from './checks/ory-urls.ts'
import { oryVersion } from './checks/ory-version.ts'
import { lifespans, loginConsentTtl } from './checks/promised.ts'
import { queues } from './checks/queues.ts'
import { rateLimits } from './checks/rate-limits.ts'
import { rotations } from './checks/rotations.ts'
import { secrets } from './checks/secrets.ts'
import { settings } from './checks/settings.ts'
import { table } from './checks/table.ts'
import { tokenEndpoint } from './checks/token-endpoint.ts'
import { versions } from './checks/versions.ts'

/** Every check, in the order in which a person reads them. */
export const checks: readonly Check<unknown>[] = [
  settings,
  oryUrls,
  oryKey,
  adminExposed,
  oryVersion,
  oryAccounts,
  tokenEndpoint,
  lifespans,
  loginConsentTtl,
  rateLimits,
  eventStream,
  queues,
  dlqs,
  mappings,
  versions,
  table,
  ledgerKey,
  secrets,
  rotations,
  listedNothing,
  checkpoint,
  kmsKey,
  alarms,
  clocks,
]
