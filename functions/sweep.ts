import { scheduledSweep } from '@lapse/aws/scheduled-sweep'
import { sweepParts } from './services/sweep.ts'

/** On a schedule: what is due is done, and what is not as it should be is told. */
export const handler = scheduledSweep(sweepParts)
