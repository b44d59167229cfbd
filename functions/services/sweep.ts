import { optional } from '@lapse/aws/settings/texts'
import { keyRotatedSettings } from '@lapse/aws/settings/workflows'
import type { Sweep } from '@lapse/core/sweep'
import { environment } from './environment.ts'
import { rotationServices } from './rotation.ts'
import { partsOfSweep } from './sweep-parts.ts'
import { services } from './workflows.ts'

/** What one sweep works with; secrets are looked at only where some are configured. */
export async function sweepParts(): Promise<Sweep> {
  const rotates = optional(environment, 'ROTATED_SECRETS') !== undefined
  return partsOfSweep({
    services: await services(),
    rotation: rotates ? await rotationServices() : undefined,
    keys: keyRotatedSettings(environment),
  })
}
