import type { AppOffboarded } from '../../events/index.ts'
import { type IssuerTrust, oneOfEachKey } from '../../issuers/index.ts'
import type { OAuth2Client, OperationId } from '../../ory/index.ts'
import type { SecretDescription } from '../../ports/index.ts'
import type { CreateClientCall, KeptCredential, Step } from '../../run/index.ts'
import type { AppParts, SeenClient } from './observation.ts'
import { registrationOf } from './reset/registration.ts'
import { isClosedBy, isOpen } from './reset/row.ts'
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

type Count = 'clients' | 'suspended_clients' | 'clients_to_reset' | 'trusted_issuers' | 'secrets'

type Opening = (event: AppOffboarded, seen: SeenClient) => readonly Step<Count>[]

/** What each mode does first, and needs nothing for but the client. */
const openings: Readonly<Record<AppOffboarded['mode'], Opening>> = {
  // Frozen first: while it can be granted tokens, there is no end to deleting them.
  delete: (event, { client }) => (client ? quiet(event, client) : []),
  // All that ends something, so that what is looked at next is a client that is gone.
  reset: (event, seen) => {
    const { client, reset, credential } = seen
    if (client === undefined || !isToBeReset(event, seen)) return []
    const wanted = isOpen(reset) ? reset.credential : credential
    return [
      ...quiet(event, client),
      ...(wanted === undefined ? [] : [makeCredential(event, wanted)]),
      deleteToReset(event),
    ]
  },
  suspend: (event, { client }) => [
    ...(client && !isSuspended(client) ? [freezeClient(client)] : []),
    deleteTokens(event),
  ],
  restore: (_event, { client }) => (client && isMarked(client) ? [restoreClient(client)] : []),
}

/** What is urgent of an offboarding. Pure. */
export function openingSteps(event: AppOffboarded, seen: SeenClient): readonly Step<Count>[] {
  return openings[event.mode](event, seen)
}

/** What follows, and needs the issuers and secrets that the event names. Pure. */
export function remainingSteps(
  event: AppOffboarded,
  parts: AppParts,
  { secretRecoveryDays }: OffboardingSettings,
): readonly Step<Count>[] {
  if (event.mode === 'reset') return remake(event, parts)
  if (event.mode !== 'delete') return []

  const { issuers, secrets } = parts
  const own = ownSecrets(event, secrets)
  return [deleteIssuers(issuers), deleteClient(event), ...deleteSecrets(own, secretRecoveryDays)]
}

/** Whether the client that is there is the one with the grants that have to go. */
export function isToBeReset(event: AppOffboarded, { client, reset }: SeenClient): boolean {
  if (client === undefined || isClosedBy(reset, event)) return false
  return !isOpen(reset) || reset.goneAt === undefined
}

/** Nothing is granted to a client any more, as far as it can be frozen, and no access token is left. */
function quiet(event: AppOffboarded, client: OAuth2Client): readonly Step<Count>[] {
  return [
    ...(canBeFrozen(client) ? [{ ...freezeClient(client), bestEffort: true }] : []),
    deleteTokens(event),
  ]
}

function makeCredential(
  { clientId: client_id }: AppOffboarded,
  { arn, versionId }: KeptCredential,
): Step<Count> {
  const params = { secret_id: arn, version_id: versionId, client_id }
  return {
    key: 'credential',
    call: { op: 'secrets.put', params },
    by: 'secret_id',
    ends: [{ what: 'nothing yet: a new secret is kept for the client', evidence: 'acknowledged' }],
  }
}

function deleteToReset({ clientId }: AppOffboarded): Step<Count> {
  return {
    key: 'client',
    call: { op: 'deleteOAuth2Client', params: { id: clientId } },
    by: 'id',
    ends: [
      { what: 'the client as it was, with its secret', evidence: { seenIn: 'clients_to_reset' } },
      {
        what: 'consent sessions, codes, access and refresh tokens of all its users',
        evidence: 'acknowledged',
      },
    ],
  }
}

/** The client is made again once it is gone; of a plan, which deletes nothing, once it would be. */
function remake(event: AppOffboarded, seen: SeenClient): readonly Step<Count>[] {
  const { client, reset, credential } = seen
  const isThere = client !== undefined && (isOpen(reset) || !isToBeReset(event, seen))
  if (isThere || isClosedBy(reset, event)) return []
  const captured = isOpen(reset) ? reset.client : client
  if (captured === undefined) return []
  return [
    {
      key: 'recreate',
      call: recreation(captured, isOpen(reset) ? reset.credential : credential),
      by: 'client_id',
      ends: [{ what: 'the absence of the client', evidence: 'acknowledged' }],
    },
  ]
}

/** From its deletion until AWSCURRENT authenticates again nobody can use the client. */
export function untilHandedOver(event: AppOffboarded, seen: SeenClient): readonly OperationId[] {
  if (event.mode !== 'reset' || !isToBeReset(event, seen)) return []
  const { credential } = isOpen(seen.reset) ? seen.reset : seen
  const tried: readonly OperationId[] = ['revokeOAuth2Token', 'revokeOAuth2Token']
  return [
    'getOAuth2Client',
    'createOAuth2Client',
    'getOAuth2Client',
    ...(credential === undefined ? [] : tried),
  ]
}

/** Makes a client again as it was captured. */
export function recreation(
  captured: OAuth2Client,
  credential: KeptCredential | undefined,
): CreateClientCall {
  return {
    op: 'createOAuth2Client',
    params: { body: registrationOf(captured) },
    ...(credential && { credential }),
  }
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
