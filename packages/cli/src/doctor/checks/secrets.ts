import type { SecretDescription } from '@lapse/core/ports'
import { memberOf } from '../../site/http.ts'
import { type Check, type Problem, unless, well } from '../check.ts'

/** A secret that functions read, as Secrets Manager describes it; never its value. */
export interface SecretSeen {
  readonly secretId: string
  readonly usedFor: string
  /** `undefined` where there is no such secret. */
  readonly secret: Pick<SecretDescription, 'versions' | 'deletedAt'> | undefined
}

/** What others than rotation and the ledger read. */
export const secrets: Check<readonly SecretSeen[]> = {
  name: 'secrets',
  about: 'Secrets Manager: secrets that are read',
  read: async ({ aws, variables }) => {
    const key = variables['ORY_API_KEY_SECRET_ID']
    const used = [
      ...(key ? [{ secretId: key, usedFor: "Ory's key" }] : []),
      ...webhookSecrets(variables['WEBHOOK_SECRETS'] ?? ''),
    ]
    return Promise.all(
      used.map(async (each) => ({ ...each, secret: await aws.secret(each.secretId) })),
    )
  },
  judge: (seen) =>
    unless(
      seen.flatMap(problemsOf),
      well(
        seen.length === 0
          ? 'none is configured besides the ledger key'
          : `${seen.length} ${seen.length === 1 ? 'has its' : 'have their'} value`,
      ),
    ),
}

/** What is malformed is told by the check of settings. */
function webhookSecrets(json: string): readonly Omit<SecretSeen, 'secret'>[] {
  try {
    const sources: unknown = JSON.parse(json || '{}')
    return Object.keys(Object(sources)).map((source) => ({
      secretId: String(memberOf(sources, source)),
      usedFor: `webhooks of ${source}`,
    }))
  } catch {
    return []
  }
}

function problemsOf({ secretId, usedFor, secret }: SecretSeen): readonly Problem[] {
  if (secret === undefined)
    return [
      { says: `${secretId} (${usedFor}) does not exist`, todo: 'deploy, or correct its name' },
    ]
  if (secret.deletedAt !== undefined)
    return [
      {
        says: `${secretId} (${usedFor}) waits for its deletion`,
        todo: `aws secretsmanager restore-secret --secret-id ${secretId}`,
      },
    ]
  if (!Object.values(secret.versions).some((stages) => stages.includes('AWSCURRENT')))
    return [{ says: `${secretId} (${usedFor}) has no value`, todo: 'put it there' }]
  return []
}
