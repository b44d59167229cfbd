import { bySettingNames, oryAccountsSettings } from '@lapse/aws/settings/ory'
import type { Environment } from '@lapse/aws/settings/texts'
import { ConfigError } from '@lapse/core/errors'
import { createOryAccounts, type OryAccounts } from '@lapse/core/ory'
import { UsageError } from '../errors.ts'
import { keyOf, type OryEnvironment, patience } from './open-ory.ts'

/**
 * A client for the identity provider of a place, to find out whose event it is; `undefined` where
 * nobody said where that is. The key goes to nobody but the Ory that gave it out.
 * @throws UsageError in the environment's words
 */
export function openAccounts(
  variables: Environment,
  ory: OryEnvironment | undefined,
): OryAccounts | undefined {
  const { identitiesUrl: url } = oryAccountsSettings(variables)
  if (url === undefined) return undefined
  const isOrys = originOf(url) !== undefined && originOf(url) === originOf(ory?.adminUrl)
  const apiKey = isOrys && ory !== undefined ? keyOf(ory) : undefined
  try {
    return bySettingNames(() => createOryAccounts({ identities: { url, apiKey }, ...patience }))
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    throw new UsageError(error.message, { cause: error })
  }
}

function originOf(url: string | undefined): string | undefined {
  return URL.parse(url ?? '')?.origin
}
