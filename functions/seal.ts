import { scheduledSeal } from '@lapse/aws/scheduled-seal'
import { sealing } from './services/seal.ts'

/** On a schedule: closed receipts become leaves of the receipts log, and its checkpoint is signed. */
export const handler = scheduledSeal(sealing)
