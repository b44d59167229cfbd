import type { Alarm } from './alarms.ts'
import { type FunctionTerms, functionOf, watchCount, watchFunction } from './function.ts'
import type { Key } from './key.ts'
import { type Link, type LinkTerms, link } from './links.ts'
import type { RotatedClient } from './rotated-clients.ts'
import { createSecret, giveFirstValue } from './secrets.ts'
import { account, partition, region, secretName, serviceName } from './stage.ts'

const stem = 'rotate-client-secret'

/** A client, and the secret that holds its credential. */
interface RotatedSecret {
  readonly client: RotatedClient
  readonly secret: aws.secretsmanager.Secret
}

/** Secrets whose rotation is ours, and what using them takes. */
export interface RotatedSecrets {
  readonly secrets: readonly RotatedSecret[]
  /** Which they are, for whoever has to know all of them; nothing where there are none. */
  readonly settings: Readonly<Record<string, string>>
  /** Their names alone, for whoever deletes them; nothing where there are none. */
  readonly names: Readonly<Record<string, string>>
  /** Looking at them, and at every version. */
  readonly reading: Link
  /** Writing new versions, and moving stages. */
  readonly writing: Link
  /** Ending them with their client. */
  readonly deleting: Link
  /** Giving one a new value, with its client made anew. */
  readonly resetting: Link
}

/** Says of a secret which function rotates it; what may be done to rotated secrets hangs on it. */
const rotatedBy = { key: 'lapse:rotated_by', value: serviceName(stem) }

/** All rotated secrets by their names. Policies name no single one, so that they never grow. */
const everyRotatedSecret = $interpolate`arn:${partition}:secretsmanager:${region}:${account}:secret:${secretName('clients/*')}`

/** One secret for each client; its first value is put there by whoever knows it. */
export function createRotatedSecrets(clients: readonly RotatedClient[], key: Key): RotatedSecrets {
  const secrets = clients.map((client) => ({ client, secret: secretFor(client, key) }))
  // A function that has nothing to rotate may touch no secret, whatever its name and tag.
  const given = (name: string, terms: LinkTerms) => link(name, clients.length > 0 ? terms : {})
  const told = (variable: string, entries: readonly unknown[]) =>
    clients.length > 0 ? { [variable]: JSON.stringify(entries) } : {}
  const entries = clients.map(entryOf)
  return {
    secrets,
    settings: told('ROTATED_SECRETS', entries),
    names: told(
      'ROTATED_SECRET_NAMES',
      entries.map(({ secretId }) => secretId),
    ),
    reading: given('RotatedSecretsRead', {
      permissions: [
        onRotatedSecrets('DescribeSecret', 'GetSecretValue'),
        { actions: ['kms:Decrypt'], resources: [key.arn] },
      ],
    }),
    writing: given('RotatedSecretsWrite', {
      permissions: [
        onRotatedSecrets('PutSecretValue', 'UpdateSecretVersionStage'),
        { actions: ['kms:GenerateDataKey'], resources: [key.arn] },
      ],
    }),
    resetting: given('RotatedSecretsReset', {
      permissions: [
        onRotatedSecrets('GetSecretValue', 'PutSecretValue', 'UpdateSecretVersionStage'),
        { actions: ['kms:Decrypt', 'kms:GenerateDataKey'], resources: [key.arn] },
      ],
    }),
    deleting: given('RotatedSecretsDelete', {
      permissions: [onRotatedSecrets('CancelRotateSecret', 'DeleteSecret', 'DescribeSecret')],
    }),
  }
}

function entryOf({ name, overlap, allowHardCut }: RotatedClient) {
  const secretId = secretName(`clients/${name}`)
  return { secretId, overlap, ...(allowHardCut && { allowHardCut }) }
}

/** Both have to fit, the name and the tag: neither alone says that a secret is ours to rotate. */
function onRotatedSecrets(...actions: readonly string[]) {
  return {
    actions: actions.map((action) => `secretsmanager:${action}`),
    resources: [everyRotatedSecret],
    conditions: [
      {
        test: 'StringEquals',
        variable: `secretsmanager:ResourceTag/${rotatedBy.key}`,
        values: [rotatedBy.value],
      },
    ],
  }
}

/** It begins with a value that says what is missing: Secrets Manager rotates nothing that has none. */
function secretFor({ name, clientId }: RotatedClient, key: Key): aws.secretsmanager.Secret {
  const secret = createSecret(`${name}Credential`, `clients/${name}`, key, {
    description: `The credential of the OAuth 2.0 client ${clientId}, rotated by lapse`,
    tags: { 'lapse:client_id': clientId, [rotatedBy.key]: rotatedBy.value },
  })
  giveFirstValue(`${name}Credential`, secret, JSON.stringify({ client_id: clientId }))
  return secret
}

/** Has Secrets Manager rotate the secrets through the function; nothing is made where there are none. */
export function rotate(
  { secrets, settings, reading, writing }: RotatedSecrets,
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
      settings,
      links: [reading, writing, ...terms.links],
    }),
  )
  watchFunction(stem, made.name, alarm)
  watchCount(stem, 'RotationFailures', alarm)
  // One for all of them: a function's policy has room for some 60.
  const permission = new aws.lambda.Permission('RotatedSecretsPermission', {
    action: 'lambda:InvokeFunction',
    function: made.name,
    principal: 'secretsmanager.amazonaws.com',
    sourceAccount: account,
    sourceArn: everyRotatedSecret,
  })
  for (const { client, secret } of secrets)
    new aws.secretsmanager.SecretRotation(
      `${client.name}CredentialRotation`,
      {
        secretId: secret.id,
        rotationLambdaArn: made.arn,
        // The first credential is not there yet.
        rotateImmediately: false,
        rotationRules: { automaticallyAfterDays: client.everyDays },
      },
      { dependsOn: [permission] },
    )
}
