import { RefusedError } from '../../errors.ts'
import type { AppOffboarded } from '../../events/index.ts'
import type { SecretDescription } from '../../ports/index.ts'
import type { AppParts } from './observation.ts'
import type { OffboardingSettings } from './settings.ts'
import { canBeMarked, isFrozen, isMarked } from './suspension.ts'

/** The tag that says to which OAuth 2.0 client a secret belongs. */
const ownerTag = 'lapse:client_id'

/** Ory rounds the time of a client's creation to whole seconds. */
const roundingMs = 1000

type Rule = (event: AppOffboarded, parts: AppParts, settings: OffboardingSettings) => boolean

/** Why an app may not be offboarded, in the order in which it is told. */
const refusals: readonly { readonly reason: string; readonly applies: Rule }[] = [
  {
    reason: 'protected-client',
    applies: ({ clientId }, _parts, { protectedClientIds }) =>
      protectedClientIds.includes(clientId),
  },
  {
    reason: 'protected-owner',
    applies: (_event, { client }, { protectedOwners }) =>
      protectedOwners.includes(client?.owner || '\0'),
  },
  {
    reason: 'protected-issuer',
    applies: ({ issuers }, _parts, { protectedIssuers }) =>
      issuers.some((issuer) => protectedIssuers.includes(issuer)),
  },
  {
    reason: 'client-of-another-owner',
    applies: ({ ofOwner }, { client }) =>
      ofOwner !== undefined && client !== undefined && client.owner !== ofOwner,
  },
  {
    reason: 'newer-than-event',
    applies: ({ time }, { client }) =>
      Date.parse(client?.created_at ?? '') - roundingMs > Date.parse(time),
  },
  {
    reason: 'no-such-client',
    applies: ({ mode }, { client }) => mode !== 'delete' && client === undefined,
  },
  {
    reason: 'secret-of-another-client',
    applies: (event, { secrets }) =>
      event.ofOwner === undefined && secrets.some((secret) => !isOwnSecret(event, secret)),
  },
  {
    reason: 'metadata-is-no-object',
    applies: ({ mode }, { client }) =>
      mode === 'suspend' && client !== undefined && !canBeMarked(client),
  },
  {
    reason: 'unfrozen-meanwhile',
    applies: ({ mode }, { client }) =>
      mode === 'restore' && client !== undefined && isMarked(client) && !isFrozen(client),
  },
  {
    reason: 'marker-missing',
    applies: ({ mode }, { client }) =>
      mode === 'restore' && client !== undefined && isFrozen(client) && !isMarked(client),
  },
]

/** @throws RefusedError with the first reason that applies; nothing has been touched then. */
export function guardApp(
  event: AppOffboarded,
  parts: AppParts,
  settings: OffboardingSettings,
): void {
  const refusal = refusals.find(({ applies }) => applies(event, parts, settings))
  if (refusal !== undefined) throw new RefusedError(refusal.reason)
}

/** Whether a secret says of itself that it is this client's. */
export function isOwnSecret({ clientId }: AppOffboarded, { tags }: SecretDescription): boolean {
  return tags[ownerTag] === clientId
}
