import type { Alarm } from './alarms.ts'
import { watchCount } from './function.ts'
import type { Key } from './key.ts'
import { type Link, link } from './links.ts'
import { policyOf } from './policy.ts'
import { createScheduled } from './scheduled.ts'
import type { Settings } from './settings.ts'
import { permanent, serviceName } from './stage.ts'

const stem = 'seal'

/** So long nobody can replace or delete what was published. */
const lockedDays = 400

/** So long receipts are kept: seven years, whichever of them are leap years. */
const keptDays = 7 * 365 + 2

/** What there is of a receipts log. */
export interface ReceiptsLog {
  readonly bucket: aws.s3.Bucket
  readonly signing: aws.kms.Key
  /** Its name. */
  readonly origin: string
  /** What the function that seals could not do. */
  readonly dlq: sst.aws.Queue
}

/** The receipts log: a key that signs, a bucket, and the function that seals every five minutes. */
export function createReceiptsLog(
  settings: Settings,
  sealing: Link,
  key: Key,
  alarm: Alarm,
): ReceiptsLog {
  const signing = createSigningKey()
  const origin = originOf(settings)
  const bucket = createBucket(settings, origin, key)
  const log = link('ReceiptsLog', {
    environment: {
      RECEIPTS_LOG_BUCKET: bucket.bucket,
      RECEIPTS_LOG_KEY_ID: signing.arn,
      RECEIPTS_LOG_ORIGIN: origin,
    },
    permissions: [
      { actions: ['kms:GetPublicKey', 'kms:Sign'], resources: [signing.arn] },
      { actions: ['kms:Decrypt', 'kms:GenerateDataKey'], resources: [key.arn] },
      {
        actions: ['s3:GetObject', 's3:PutObject'],
        resources: [$interpolate`${bucket.arn}/${origin}/*`],
      },
      // Without it, S3 says of what is not there that it is forbidden.
      { actions: ['s3:ListBucket'], resources: [bucket.arn] },
    ],
  })
  const { dlq } = createScheduled(
    { stem, schedule: 'rate(5 minutes)', timeoutSeconds: 240, links: [sealing, log] },
    key,
    alarm,
  )
  watchCount(stem, 'ReceiptsUnsealable', alarm, { periodSeconds: 300 })
  alarm('CheckpointsSilent', {
    description: 'no checkpoint was signed for 15 minutes; docs/runbook.md#no-checkpoint',
    namespace: 'lapse',
    metric: 'CheckpointsSigned',
    dimensions: { service: serviceName(stem) },
    periodSeconds: 900,
    onSilence: true,
  })
  return { bucket, signing, origin, dlq }
}

/** Signs checkpoints, and encrypts nothing: what was signed with it stays true without it. */
function createSigningKey(): aws.kms.Key {
  return new aws.kms.Key(
    'ReceiptsLogKey',
    {
      description: `${$app.name} ${$app.stage}: signs the checkpoints of the receipts log`,
      keyUsage: 'SIGN_VERIFY',
      customerMasterKeySpec: 'ECC_NIST_EDWARDS25519',
    },
    { retainOnDelete: permanent },
  )
}

/** Versioned, and locked where the stage is there to stay; never public, and never over plain HTTP. */
function createBucket(
  { receiptsLock = 'governance' }: Settings,
  origin: string,
  key: Key,
): aws.s3.Bucket {
  const name = 'ReceiptsLogBucket'
  const options = { retainOnDelete: permanent }
  const made = new aws.s3.Bucket(
    name,
    { bucketPrefix: 'lapse-receipts-', objectLockEnabled: permanent, forceDestroy: !permanent },
    options,
  )
  const bucket = made.bucket
  const versioned = new aws.s3.BucketVersioning(
    `${name}Versions`,
    { bucket, versioningConfiguration: { status: 'Enabled' } },
    options,
  )
  if (permanent)
    new aws.s3.BucketObjectLockConfiguration(
      `${name}Lock`,
      {
        bucket,
        rule: { defaultRetention: { mode: receiptsLock.toUpperCase(), days: lockedDays } },
      },
      { ...options, dependsOn: versioned },
    )
  new aws.s3.BucketLifecycleConfiguration(
    `${name}Lifecycle`,
    { bucket, rules: permanent ? lasting(origin) : passing },
    { ...options, dependsOn: versioned },
  )
  new aws.s3.BucketServerSideEncryptionConfiguration(
    `${name}Encryption`,
    {
      bucket,
      rules: [
        {
          applyServerSideEncryptionByDefault: { sseAlgorithm: 'aws:kms', kmsMasterKeyId: key.arn },
          bucketKeyEnabled: true,
        },
      ],
    },
    options,
  )
  new aws.s3.BucketPublicAccessBlock(
    `${name}Access`,
    {
      bucket,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    },
    options,
  )
  new aws.s3.BucketPolicy(`${name}Policy`, { bucket, policy: overTlsOnly(made) }, options)
  return made
}

/**
 * Receipts go after seven years. Tiles stay: they hold hashes alone, and those at the log's edge are
 * needed for as long as it grows. Of the newest checkpoint, what it replaced goes with its lock.
 */
function lasting(origin: string) {
  return [
    ...['tile/entries', 'checkpoints'].map((folder) => ({
      id: folder.replace('/', '-'),
      status: 'Enabled',
      filter: { prefix: `${origin}/${folder}/` },
      expiration: { days: keptDays },
    })),
    {
      id: 'replaced',
      status: 'Enabled',
      filter: { prefix: `${origin}/` },
      noncurrentVersionExpiration: { noncurrentDays: lockedDays },
    },
  ]
}

/** A stage that comes and goes keeps nothing that was replaced. */
const passing = [
  {
    id: 'replaced',
    status: 'Enabled',
    filter: { prefix: '' },
    noncurrentVersionExpiration: { noncurrentDays: 1 },
  },
]

function overTlsOnly({ arn }: aws.s3.Bucket) {
  return policyOf([
    {
      Effect: 'Deny',
      Principal: '*',
      Action: 's3:*',
      Resource: [arn, $interpolate`${arn}/*`],
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    },
  ])
}

/**
 * The log's name, which its key and its objects are under: `lapse/<stage>/<project of Ory>`, the
 * slug of a project of Ory Network or the host of any other server. Another one is another log.
 */
function originOf({ oryAdminUrl }: Settings): string {
  const { host } = new URL(oryAdminUrl)
  const project = /^([^.]+)\.projects\.oryapis\.com$/.exec(host)?.[1] ?? host
  return `lapse/${encodeURIComponent($app.stage)}/${encodeURIComponent(project)}`
}
