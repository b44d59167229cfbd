import type { Action } from './action.ts'
import { createSecret } from './create-secret.ts'
import { deleteSecret, restoreSecret } from './delete-secret.ts'
import { describeSecret, listSecrets, listSecretVersionIds } from './describe.ts'
import { getSecretValue } from './get-secret-value.ts'
import { putSecretValue } from './put-secret-value.ts'
import { tagResource } from './tag-resource.ts'
import { updateSecretVersionStage } from './update-secret-version-stage.ts'

/** Every operation this server knows, by the name in `X-Amz-Target`. */
export const ACTIONS: ReadonlyMap<string, Action> = new Map([
  ['CreateSecret', createSecret],
  ['DeleteSecret', deleteSecret],
  ['DescribeSecret', describeSecret],
  ['GetSecretValue', getSecretValue],
  ['ListSecrets', listSecrets],
  ['ListSecretVersionIds', listSecretVersionIds],
  ['PutSecretValue', putSecretValue],
  ['RestoreSecret', restoreSecret],
  ['TagResource', tagResource],
  ['UpdateSecretVersionStage', updateSecretVersionStage],
])
