import { OryApiError, OryConfigurationError, OryMismatchError } from '../errors.ts'
import type { Ory, OryAccounts } from '../ory/index.ts'
import type { AccountsPart } from './rows.ts'

/** No client and no identity has this id, and no key is its; Ory says so in no time. */
const nobody = 'lapse-looks-whether-ory-answers'

const patienceMs = 3000

/** Whether Ory answers a cheap read. */
export function isAnswering(ory: Ory): Promise<boolean> {
  return isAnswered(() => ory.getOAuth2Client({ id: nobody }, options))
}

const options = { timeoutMs: patienceMs }

const cheapReads: Readonly<Record<AccountsPart, (accounts: OryAccounts) => PromiseLike<unknown>>> =
  {
    identities: (accounts) => accounts.getIdentity({ id: nobody }, options),
    'api-keys': (accounts) =>
      accounts.adminListIssuedApiKeys({ actor_id: nobody, page_size: 1 }, options),
  }

/** The same of one of the servers of accounts. */
export function isAnsweringFor(part: AccountsPart, accounts: OryAccounts): Promise<boolean> {
  return isAnswered(() => cheapReads[part](accounts))
}

/**
 * What is wrong with our deployment, and an answer about somebody else, is nothing that waiting for Ory
 * mends: then a message has to find out.
 */
async function isAnswered(read: () => PromiseLike<unknown>): Promise<boolean> {
  try {
    await read()
    return true
  } catch (error) {
    if (error instanceof OryApiError) return error.status < 500
    return error instanceof OryConfigurationError || error instanceof OryMismatchError
  }
}
