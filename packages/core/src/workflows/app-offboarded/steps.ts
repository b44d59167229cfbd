import type { AppOffboarded } from '../../events/index.ts'
import { type IssuerTrust, oneOfEachKey } from '../../issuers/index.ts'
import type { OAuth2Client } from '../../ory/index.ts'
import type { SecretDescription } from '../../ports/index.ts'
import type { Step } from '../../run/index.ts'
import type { AppParts, SeenClient } from './observation.ts'
import { ownSecrets } from './secret-tag.ts'
import type { OffboardingSettings } from './settings.ts'
import {
  canBeMarked,
  freeze,
  isFrozen,
  isMarked,
  isMarkerMissing,
  isSuspended,
  restore,
} from './suspension.ts'

type Count = 'clients' | 'suspended_clients' | 'trusted_issuers' | 'secrets'

type Opening = (event: AppOffboarded, client: OAuth2Client | undefined) => readonly Step<Count>[]

/** What each mode does first, and needs nothing for but the client. */
const openings: Readonly<Record<AppOffboarded['mode'], Opening>> = {
  // Frozen first: while it can be granted tokens, there is no end to deleting them.
  delete: (event, client) => [
    ...(client && canBeFrozen(client) ? [{ ...freezeClient(client), bestEffort: true }] : []),
    ...(client ? [deleteTokens(event)] : []),
  ],
  suspend: (event, client) => [
    ...(client && !isSuspended(client) ? [freezeClient(client)] : []),
    deleteTokens(event),
  ],
  restore: (_event, client) => (client && isMarked(client) ? [restoreClient(client)] : []),
}

/** What is urgent of an offboarding. Pure. */
export function openingSteps(event: AppOffboarded, { client }: SeenClient): readonly Step<Count>[] {
  return openings[event.mode](event, client)
}

/** What follows, and needs the issuers and secrets that the event names. Pure. */
export function remainingSteps(
  event: AppOffboarded,
  { issuers, secrets }: AppParts,
  { secretRecoveryDays }: OffboardingSettings,
): readonly Step<Count>[] {
  if (event.mode !== 'delete') return []

  const own = ownSecrets(event, secrets)
  return [deleteIssuers(issuers), deleteClient(event), ...deleteSecrets(own, secretRecoveryDays)]
}

function canBeFrozen(client: OAuth2Client): boolean {
  return !isFrozen(client) && canBeMarked(client) && !isMarkerMissing(client)
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

export function deleteIssuers(issuers: readonly IssuerTrust[]): Step<Count> {
  return {
    key: 'trusted-issuers',
    calls: issuers
      .flatMap(({ going }) => oneOfEachKey(going))
      .map(({ id }) => ({ op: 'deleteTrustedOAuth2JwtGrantIssuer', params: { id } })),
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
export function deleteSecrets(
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
