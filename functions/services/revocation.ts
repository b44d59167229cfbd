import { dynamoDb } from '@lapse/aws/dynamodb'
import { dynamoDbLedger } from '@lapse/aws/dynamodb-ledger'
import { dynamoDbAccess } from '@lapse/aws/settings/dynamodb'
import type { RevocationIssuer } from '@lapse/aws/settings/revocation'
import { optional, required } from '@lapse/aws/settings/texts'
import { keySets, type RevocationServices, type TokenRow } from '@lapse/webhooks'
import { doorLimits } from './door-limits.ts'
import { environment } from './environment.ts'
import { clock } from './observability.ts'

/** What the door needs to take JWTs: keys, and the rows of the ledger that say what they were for. */
export function revocationServices(issuers: readonly RevocationIssuer[]): RevocationServices {
  const db = dynamoDb({ ...dynamoDbAccess(environment), limits: doorLimits })
  return {
    issuers,
    url: optional(environment, 'REVOCATION_URL'),
    keysAt: keySets({ fetch: globalThis.fetch, clock }),
    ledger: dynamoDbLedger<TokenRow>(required(environment, 'LEDGER_TABLE'), clock, db),
  }
}
