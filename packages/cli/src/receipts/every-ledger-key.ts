import { ledgerKeyIn } from '@lapse/aws/ledger-keys'
import { secretVersions } from '@lapse/aws/secret-versions'
import { list, required } from '@lapse/aws/settings/texts'
import { ConfigError } from '@lapse/core/errors'
import type { Place } from '../place.ts'

/**
 * Every ledger key under which there may be pseudonyms, the one in use first: the labelled versions
 * of its secret, AWSCURRENT, AWSPREVIOUS and any other, and the secrets that keep older keys.
 *
 * @param kept in `KEPT_LEDGER_KEY_SECRET_IDS`, for whoever looks for a subject; no function needs it
 * @throws ConfigError where one cannot be read
 */
export async function everyLedgerKey(
  place: Place,
  kept: Place['variables'] = process.env,
): Promise<readonly Uint8Array[]> {
  const secretId = required(place.variables, 'LEDGER_KEY_SECRET_ID')
  const secretIds = [secretId, ...list(kept, 'KEPT_LEDGER_KEY_SECRET_IDS')]
  const keys = await Promise.all(secretIds.map((id) => keysIn(id, place)))
  return keys.flat()
}

async function keysIn(secretId: string, place: Place): Promise<readonly Uint8Array[]> {
  const secrets = secretVersions(place.secretsManager)
  const described = await secrets.describe(secretId)
  if (described === undefined)
    throw new ConfigError(`secret ${secretId} does not exist; check its name`)

  const inUseFirst = Object.entries(described.versions).toSorted(
    ([, one], [, other]) => rankOf(one) - rankOf(other),
  )
  const values = await Promise.all(
    inUseFirst.map(([versionId]) => secrets.value(secretId, { versionId })),
  )
  const keys = values.flatMap((value) => ledgerKeyIn(value ?? '') ?? [])
  if (keys.length > 0) return keys
  throw new ConfigError(`${secretId} must hold 32 random bytes in base64`)
}

const stages = ['AWSCURRENT', 'AWSPREVIOUS']

/** AWS's own labels go before those that somebody else gave. */
function rankOf(labels: readonly string[]): number {
  const at = stages.findIndex((stage) => labels.includes(stage))
  return at < 0 ? stages.length : at
}
