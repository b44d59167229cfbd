import { type Check, cannotTell, type Outcome, well, wrong } from '../check.ts'

/** The secret with the ledger key; never the key. */
export interface LedgerKeySeen {
  readonly secretId: string
  /** `undefined`: there is no such secret. */
  readonly isBeingDeleted: boolean | undefined
  /** How many bytes its value is in base64; `undefined` where these credentials may not read it. */
  readonly bytes: number | undefined
}

const least = 32

export const ledgerKey: Check<LedgerKeySeen> = {
  name: 'ledger-key',
  about: 'Secrets Manager: the ledger key',
  async read({ aws, variables }) {
    const secretId = variables['LEDGER_KEY_SECRET_ID'] ?? ''
    if (secretId === '') return { secretId, isBeingDeleted: undefined, bytes: undefined }
    const secret = await aws.secret(secretId)
    const isBeingDeleted = secret && secret.deletedAt !== undefined
    if (isBeingDeleted !== false) return { secretId, isBeingDeleted, bytes: undefined }
    const text = await aws.secretText(secretId)
    return { secretId, isBeingDeleted, bytes: Buffer.from(text, 'base64').length }
  },
  judge({ secretId, isBeingDeleted, bytes = 0 }): Outcome {
    if (secretId === '') return cannotTell('LEDGER_KEY_SECRET_ID is not set')
    if (isBeingDeleted === undefined)
      return wrong(
        `there is no secret ${secretId}: nothing in the ledger has a name without it`,
        'restore it from a backup, or set LEDGER_KEY_SECRET_ID to the right one',
      )
    if (isBeingDeleted)
      return wrong(
        `${secretId} waits for its deletion`,
        `aws secretsmanager restore-secret --secret-id ${secretId}`,
      )
    if (bytes < least)
      return wrong(
        `${secretId} holds ${bytes} bytes of base64, and not ${least}: every worker waits`,
        'put the key back that was there before: AWSPREVIOUS may still hold it',
      )
    return well(`${secretId} holds ${bytes} bytes`)
  },
}
