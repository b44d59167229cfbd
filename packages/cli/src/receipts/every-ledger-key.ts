import { ledgerKeyIn } from '@lapse/aws/ledger-keys'
import { secretVersions } from '@lapse/aws/secret-versions'
import { required } from '@lapse/aws/settings/texts'
import { ConfigError } from '@lapse/core/errors'
import { CommandError } from '../errors.ts'
import type { Place } from '../place.ts'

/**
 * Every ledger key under which there may be pseudonyms, the one in use first: AWSCURRENT,
 * AWSPREVIOUS, and every older version that has a label, which is how one is kept.
 *
 * @throws ConfigError where none may be read
 */
export async function everyLedgerKey(place: Place): Promise<readonly Uint8Array[]> {
  const secretId = required(place.variables, 'LEDGER_KEY_SECRET_ID')
  const secrets = secretVersions(place.secretsManager)
  const versions = (await secrets.describe(secretId))?.versions
  if (versions === undefined)
    throw new CommandError(`secret ${secretId} does not exist; check LEDGER_KEY_SECRET_ID`)

  const newestFirst = Object.entries(versions).toSorted(
    ([, one], [, other]) => age(one) - age(other),
  )
  const values = await Promise.all(
    newestFirst.map(([versionId]) => secrets.value(secretId, { versionId })),
  )
  const keys = values.flatMap((value) => ledgerKeyIn(value ?? '') ?? [])
  if (keys.length > 0) return keys
  throw new ConfigError(`${secretId} must hold 32 random bytes in base64`)
}

const stages = ['AWSCURRENT', 'AWSPREVIOUS']

/** Versions with AWS's own labels first. */
function age(labels: readonly string[]): number {
  const at = stages.findIndex((stage) => labels.includes(stage))
  return at < 0 ? stages.length : at
}
