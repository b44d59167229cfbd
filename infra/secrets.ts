import type { Key } from './key.ts'
import { permanent, secretName } from './stage.ts'

/** A secret of this stage, under its key. Somebody puts its value there; lapse never shows it. */
export function createSecret(
  component: string,
  name: string,
  key: Key,
  { description, tags = {} }: { description: string; tags?: Record<string, string> },
): aws.secretsmanager.Secret {
  return new aws.secretsmanager.Secret(
    component,
    {
      name: secretName(name),
      description,
      kmsKeyId: key.arn,
      tags,
      // A stage that comes and goes would find its names taken for a month.
      recoveryWindowInDays: permanent ? 30 : 0,
    },
    { retainOnDelete: permanent },
  )
}

/** A value to begin with; whatever is put there later stays. */
export function giveFirstValue(
  component: string,
  secret: aws.secretsmanager.Secret,
  value: $util.Input<string>,
): void {
  new aws.secretsmanager.SecretVersion(
    `${component}Version`,
    { secretId: secret.id, secretString: value },
    { ignoreChanges: ['secretString'], retainOnDelete: permanent },
  )
}

/** What reading secrets takes: `GetSecretValue`, and the key they are encrypted with. */
export function reading(secrets: readonly aws.secretsmanager.Secret[], key: Key) {
  return [
    { actions: ['secretsmanager:GetSecretValue'], resources: secrets.map(({ arn }) => arn) },
    { actions: ['kms:Decrypt'], resources: [key.arn] },
  ]
}
