import type { Variables } from '../lambda/variables.ts'
import { RECEIPTS_LOG_KEY_SECRET_ID } from './secrets.ts'

/** The bucket of the local receipts log. */
export const RECEIPTS_LOG_BUCKET = 'lapse-receipts'

/** What sealing has to be told: there is no KMS here, so that the key is a secret. */
export function receiptsLogVariables(oryAdminUrl: string): Variables {
  const { host } = new URL(oryAdminUrl)
  return {
    RECEIPTS_LOG_BUCKET,
    RECEIPTS_LOG_KEY_SECRET_ID,
    RECEIPTS_LOG_ORIGIN: `lapse/local/${encodeURIComponent(host)}`,
  }
}
