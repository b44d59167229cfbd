import type { Key } from './key.ts'
import { link } from './links.ts'
import { createSecret, giveFirstValue, reading } from './secrets.ts'
import { permanent } from './stage.ts'

/** The ledger's table, the key its names hang on, and what using them takes. */
export function createLedger(key: Key) {
  const table = new sst.aws.Dynamo('Ledger', {
    fields: { pk: 'string', sk: 'string' },
    primaryIndex: { hashKey: 'pk', rangeKey: 'sk' },
    ttl: 'expires_at',
    deletionProtection: permanent,
    transform: { table: { serverSideEncryption: { enabled: true, kmsKeyArn: key.arn } } },
  })
  const ledgerKey = createLedgerKey(key)

  return {
    table,
    keySecret: ledgerKey,
    /** Rows and leases, by compare-and-swap; claims of follow-ups. */
    rows: link('LedgerRows', {
      environment: { LEDGER_TABLE: table.name },
      permissions: [
        { actions: ['dynamodb:GetItem', 'dynamodb:PutItem'], resources: [table.arn] },
        { actions: ['kms:Decrypt'], resources: [key.arn] },
      ],
    }),
    /**
     * The same for several items in one request. It may delete as well, which takes no more away
     * than to put another item in one's place does.
     */
    batches: link('LedgerBatches', {
      permissions: [
        {
          actions: ['dynamodb:BatchGetItem', 'dynamodb:BatchWriteItem'],
          resources: [table.arn],
        },
      ],
    }),
    /** Follow-ups that are open, and their end. */
    followUps: link('LedgerFollowUps', {
      permissions: [
        {
          actions: ['dynamodb:DeleteItem', 'dynamodb:Query', 'dynamodb:UpdateItem'],
          resources: [table.arn],
        },
      ],
    }),
    /**
     * What is marked and what is settled; the log's head. Rows are read, and none is written: a
     * receipt cannot be changed by what seals it.
     */
    sealing: link('LedgerSealing', {
      environment: { LEDGER_TABLE: table.name },
      permissions: [
        { actions: ['dynamodb:GetItem', 'dynamodb:Query'], resources: [table.arn] },
        {
          actions: ['dynamodb:PutItem'],
          resources: [table.arn],
          conditions: [
            {
              test: 'ForAllValues:StringLike',
              variable: 'dynamodb:LeadingKeys',
              values: ['receipts#*', 'receipts-log', 'receipts-log#*'],
            },
          ],
        },
        { actions: ['kms:Decrypt'], resources: [key.arn] },
      ],
    }),
    /** Which JWT was for which body, and no other row. */
    tokens: () =>
      link('LedgerTokens', {
        environment: { LEDGER_TABLE: table.name },
        permissions: [
          {
            actions: ['dynamodb:GetItem', 'dynamodb:PutItem'],
            resources: [table.arn],
            conditions: [
              {
                test: 'ForAllValues:StringLike',
                variable: 'dynamodb:LeadingKeys',
                values: ['door#*'],
              },
            ],
          },
          { actions: ['kms:Decrypt'], resources: [key.arn] },
        ],
      }),
    key: link('LedgerKeyValue', {
      environment: { LEDGER_KEY_SECRET_ID: ledgerKey.arn },
      permissions: reading([ledgerKey], key),
    }),
  }
}

/** Made once, here: everything in the ledger is named by it, so that another one would know nothing. */
function createLedgerKey(key: Key): aws.secretsmanager.Secret {
  const secret = createSecret('LedgerKey', 'ledger-key', key, {
    description: 'Every pseudonym and idempotency key hangs on these 32 bytes: never replace them',
  })
  const bytes = new random.RandomBytes('LedgerKeyBytes', { length: 32 }, { protect: permanent })
  giveFirstValue('LedgerKey', secret, bytes.base64)
  return secret
}
