import { scheduledSweep } from '@lapse/aws/scheduled-sweep'
import { sweepServices } from './services.ts'
import { partsOfSweep } from './sweep-parts.ts'

/** On a schedule: what is due is done, and what is not as it should be is told. */
export const handler = scheduledSweep(async () => partsOfSweep(await sweepServices()))
