import type { AppOffboarded } from '../../events/index.ts'
import type { OAuth2Client, TrustedOAuth2JwtGrantIssuer } from '../../ory/index.ts'
import type { SecretDescription } from '../../ports/index.ts'
import type { Step } from '../../run/index.ts'
import { isOwnSecret } from './guard.ts'
import type { AppParts } from './observation.ts'
import type { OffboardingSettings } from './settings.ts'
import { canBeMarked, freeze, isMarked, isSuspended, restore } from './suspension.ts'

type Count = 'clients' | 'suspended_clients' | 'trusted_issuers' | 'secrets'

type Plan = (
  event: AppOffboarded,
  parts: AppParts,
  settings: OffboardingSettings,
) => readonly Step<Count>[]

/** What each mode does, in order. */
const plans: Readonly<Record<AppOffboarded['mode'], Plan>> = {
  // Frozen first: while it can be granted tokens, there is no end to deleting them.
  delete: (event, { client, issuers, secrets }, { secretRecoveryDays }) => [
    ...(client && !isSuspended(client) && canBeMarked(client)
      ? [{ ...freezeClient(client), bestEffort: true }]
      : []),
    ...(client ? [deleteTokens(event)] : []),
    deleteIssuers(issuers),
    deleteClient(event),
    ...deleteSecrets(
      secrets.filter((secret) => isOwnSecret(event, secret)),
      secretRecoveryDays,
    ),
  ],
  suspend: (event, { client }) => [
    ...(client && !isSuspended(client) ? [freezeClient(client)] : []),
    deleteTokens(event),
  ],
  restore: (_event, { client }) => (client && isMarked(client) ? [restoreClient(client)] : []),
}

/** The steps of an offboarding. Pure. */
export function offboardingSteps(
  event: AppOffboarded,
  parts: AppParts,
  settings: OffboardingSettings,
): readonly Step<Count>[] {
  return plans[event.mode](event, parts, settings)
}

/** One grant of every key: with a grant Ory deletes its key, and with that every other grant on it. */
function oneOfEachKey(
  grants: readonly TrustedOAuth2JwtGrantIssuer[],
): readonly TrustedOAuth2JwtGrantIssuer[] {
  const keys = grants.map(
    (grant) => [JSON.stringify([grant.issuer, grant.public_key?.kid]), grant] as const,
  )
  return [...new Map(keys).values()]
}

function freezeClient(client: OAuth2Client): Step<Count> {
  return {
    key: 'freeze',
    call: { op: 'patchOAuth2Client', params: { id: client.client_id, body: freeze(client) } },
    by: 'id',
    ends: [{ what: 'every new grant to the client', evidence: 'acknowledged' }],
  }
}

function restoreClient(client: OAuth2Client): Step<Count> {
  return {
    key: 'restore',
    call: { op: 'patchOAuth2Client', params: { id: client.client_id, body: restore(client) } },
    by: 'id',
    ends: [{ what: 'the suspension', evidence: { seenIn: 'suspended_clients' } }],
  }
}

function deleteTokens({ clientId }: AppOffboarded): Step<Count> {
  return {
    key: 'access-tokens',
    call: { op: 'deleteOAuth2Token', params: { client_id: clientId } },
    by: 'client_id',
    ends: [{ what: 'every access token of the client', evidence: 'acknowledged' }],
  }
}

function deleteIssuers(grants: readonly TrustedOAuth2JwtGrantIssuer[]): Step<Count> {
  return {
    key: 'trusted-issuers',
    calls: oneOfEachKey(grants).map(({ id }) => ({
      op: 'deleteTrustedOAuth2JwtGrantIssuer',
      params: { id },
    })),
    by: 'id',
    ends: [
      { what: 'grants of the trusted issuers named', evidence: { seenIn: 'trusted_issuers' } },
    ],
  }
}

function deleteClient({ clientId }: AppOffboarded): Step<Count> {
  return {
    key: 'client',
    call: { op: 'deleteOAuth2Client', params: { id: clientId } },
    by: 'id',
    ends: [
      { what: 'the client', evidence: { seenIn: 'clients' } },
      { what: 'its consent sessions, access and refresh tokens', evidence: 'acknowledged' },
    ],
  }
}

/** Rotation first: Secrets Manager would begin one anew. */
function deleteSecrets(
  secrets: readonly SecretDescription[],
  recoveryDays: number,
): readonly Step<Count>[] {
  return [
    {
      key: 'secret-rotations',
      calls: secrets.map(({ arn }) => ({ op: 'secrets.cancelRotation', params: [arn] })),
      by: 'secret_id',
      ends: [{ what: 'the rotation of its secrets', evidence: 'acknowledged' }],
    },
    {
      key: 'secrets',
      calls: secrets.map(({ arn }) => ({ op: 'secrets.delete', params: [arn, recoveryDays] })),
      by: 'secret_id',
      ends: [{ what: 'its secrets, after the recovery window', evidence: { seenIn: 'secrets' } }],
    },
  ]
}
