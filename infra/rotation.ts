import type { Alarm } from './alarms.ts'
import { type FunctionTerms, functionOf, watchCount, watchFunction } from './function.ts'
import type { Key } from './key.ts'
import { type Link, type LinkTerms, link } from './links.ts'
import type { RotatedClient } from './rotated-clients.ts'
import { createSecret, giveFirstValue } from './secrets.ts'
import { secretName } from './stage.ts'

const stem = 'rotate-client-secret'

/** A client, and the secret that holds its credential. */
interface RotatedSecret {
  readonly client: RotatedClient
  readonly secret: aws.secretsmanager.Secret
}

/** Secrets whose rotation is ours, and what using them takes. */
export interface RotatedSecrets {
  readonly secrets: readonly RotatedSecret[]
  /** Looking at them, and at every version. */
  readonly reading: Link
  /** Writing new versions, and moving stages. */
  readonly writing: Link
  /** Ending them with their client. */
  readonly deleting: Link
}

/** One secret for each client; its first value is put there by whoever knows it. */
export function createRotatedSecrets(clients: readonly RotatedClient[], key: Key): RotatedSecrets {
  const secrets = clients.map((client) => ({ client, secret: secretFor(client, key) }))
  // By name, which is a third of an ARN: a function has 4 KB for all that it is told.
  const entries = clients.map(({ name, overlap, allowHardCut }) => ({
    secretId: secretName(`clients/${name}`),
    overlap,
    ...(allowHardCut && { allowHardCut }),
  }))
  const resources = secrets.map(({ secret }) => secret.arn)
  // A policy's statement needs a resource: where nothing is rotated, a link gives nothing.
  const given = (name: string, terms: LinkTerms) => link(name, resources.length > 0 ? terms : {})
  const inSecretsManager = (...actions: readonly string[]) => ({
    actions: actions.map((action) => `secretsmanager:${action}`),
    resources,
  })
  return {
    secrets,
    reading: given('RotatedSecretsRead', {
      environment: { ROTATED_SECRETS: JSON.stringify(entries) },
      permissions: [
        inSecretsManager('DescribeSecret', 'GetSecretValue'),
        { actions: ['kms:Decrypt'], resources: [key.arn] },
      ],
    }),
    writing: given('RotatedSecretsWrite', {
      permissions: [
        inSecretsManager('PutSecretValue', 'UpdateSecretVersionStage'),
        { actions: ['kms:GenerateDataKey'], resources: [key.arn] },
      ],
    }),
    deleting: given('RotatedSecretsDelete', {
      permissions: [inSecretsManager('CancelRotateSecret', 'DeleteSecret', 'DescribeSecret')],
    }),
  }
}

/** It begins with a value that says what is missing: Secrets Manager rotates nothing that has none. */
function secretFor({ name, clientId }: RotatedClient, key: Key): aws.secretsmanager.Secret {
  const secret = createSecret(`${name}Credential`, `clients/${name}`, key, {
    description: `The credential of the OAuth 2.0 client ${clientId}, rotated by lapse`,
    tags: { 'lapse:client_id': clientId },
  })
  giveFirstValue(`${name}Credential`, secret, JSON.stringify({ client_id: clientId }))
  return secret
}

/** Has Secrets Manager rotate the secrets through the function; nothing is made where there are none. */
export function rotate(
  { secrets, reading, writing }: RotatedSecrets,
  terms: Pick<FunctionTerms, 'key' | 'links' | 'vpc'>,
  alarm: Alarm,
): void {
  if (secrets.length === 0) return
  const made = new sst.aws.Function(
    'RotateClientSecret',
    functionOf({
      stem,
      timeoutSeconds: 60,
      ...terms,
      links: [reading, writing, ...terms.links],
    }),
  )
  watchFunction(stem, made.name, alarm)
  watchCount(stem, 'RotationFailures', alarm)
  for (const { client, secret } of secrets) {
    const { name, everyDays } = client
    const permission = new aws.lambda.Permission(`${name}CredentialPermission`, {
      action: 'lambda:InvokeFunction',
      function: made.name,
      principal: 'secretsmanager.amazonaws.com',
      sourceArn: secret.arn,
    })
    new aws.secretsmanager.SecretRotation(
      `${name}CredentialRotation`,
      {
        secretId: secret.id,
        rotationLambdaArn: made.arn,
        // The first credential is not there yet.
        rotateImmediately: false,
        rotationRules: { automaticallyAfterDays: everyDays },
      },
      { dependsOn: [permission] },
    )
  }
}
