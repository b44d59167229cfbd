import type { Action } from './action.ts'
import { createSecret } from './create-secret.ts'
import { deleteSecret, restoreSecret } from './delete-secret.ts'
import { describeSecret, listSecrets, listSecretVersionIds } from './describe.ts'
import { getSecretValue } from './get-secret-value.ts'
import { putSecretValue } from './put-secret-value.ts'
import { cancelRotateSecret, rotateSecret } from './rotate-secret.ts'
import { tagResource } from './tag-resource.ts'
import { updateSecretVersionStage } from './update-secret-version-stage.ts'

/** Every operation this server knows, by `X-Amz-Target`. */
export const ACTIONS: ReadonlyMap<string, Action> = new Map([
  ['secretsmanager.CancelRotateSecret', cancelRotateSecret],
  ['secretsmanager.CreateSecret', createSecret],
  ['secretsmanager.DeleteSecret', deleteSecret],
  ['secretsmanager.DescribeSecret', describeSecret],
  ['secretsmanager.GetSecretValue', getSecretValue],
  ['secretsmanager.ListSecrets', listSecrets],
  ['secretsmanager.ListSecretVersionIds', listSecretVersionIds],
  ['secretsmanager.PutSecretValue', putSecretValue],
  ['secretsmanager.RestoreSecret', restoreSecret],
  ['secretsmanager.RotateSecret', rotateSecret],
  ['secretsmanager.TagResource', tagResource],
  ['secretsmanager.UpdateSecretVersionStage', updateSecretVersionStage],
])
