import { policyOf, type Statement } from './policy.ts'
import { account, permanent, region } from './stage.ts'

/** The one key that queues, topics, the ledger and secrets are encrypted with. */
export type Key = aws.kms.Key

export function createKey(publishers: readonly string[]): Key {
  return new aws.kms.Key(
    'Key',
    {
      description: `${$app.name} ${$app.stage}: queues, topics, ledger and secrets`,
      enableKeyRotation: true,
      policy: policyOf([
        accountItself(),
        services(['sns.amazonaws.com', 'events.amazonaws.com', 'cloudwatch.amazonaws.com']),
        ...(publishers.length > 0 ? [throughSns(publishers)] : []),
      ]),
    },
    // Without it, what it encrypted is gone.
    { retainOnDelete: permanent },
  )
}

/** Has IAM decide within the account; a key without it can end up with nobody to administer it. */
function accountItself(): Statement {
  return {
    Sid: 'Account',
    Effect: 'Allow',
    Principal: { AWS: $interpolate`arn:aws:iam::${account}:root` },
    Action: 'kms:*',
    Resource: '*',
  }
}

/** Services that deliver into encrypted queues and topics, for resources of this account only. */
function services(names: readonly string[]): Statement {
  return using('Delivery', { Service: names }, { 'aws:SourceAccount': account })
}

/** Publishers of other accounts need the key as well, to publish to an encrypted topic. */
function throughSns(publishers: readonly string[]): Statement {
  const sns = $interpolate`sns.${region}.amazonaws.com`
  return using('Publishers', { AWS: publishers }, { 'kms:ViaService': sns })
}

/** Lets somebody use the key where it is for what they are trusted with. */
function using(
  Sid: string,
  Principal: NonNullable<Statement['Principal']>,
  StringEquals: NonNullable<Statement['Condition']>[string],
): Statement {
  return {
    Sid,
    Effect: 'Allow',
    Principal,
    Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
    Resource: '*',
    Condition: { StringEquals },
  }
}
