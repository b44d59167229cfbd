import { OryApiError, OryConfigurationError } from '../errors.ts'
import type { Ory } from '../ory/index.ts'

/** No client has this id; Ory says so in no time. */
const nobody = 'lapse-looks-whether-ory-answers'

const patienceMs = 3000

/**
 * Whether Ory answers a cheap read. What is wrong with our deployment is nothing that waiting for
 * Ory mends: then a message has to find out.
 */
export async function isAnswering(ory: Ory): Promise<boolean> {
  try {
    await ory.getOAuth2Client({ id: nobody }, { timeoutMs: patienceMs })
    return true
  } catch (error) {
    if (error instanceof OryApiError) return error.status < 500
    return error instanceof OryConfigurationError
  }
}
