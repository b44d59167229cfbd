import { rotationSettings } from '@lapse/aws/settings/rotation'
import type { Environment } from '@lapse/aws/settings/texts'
import type { RotationEntry } from '@lapse/core/rotation'

/** The secrets that are rotated here; none where none are configured. @throws ConfigError */
export function rotatedEntries(variables: Environment): readonly RotationEntry[] {
  if (!variables['ROTATED_SECRETS']) return []
  return rotationSettings({ ORY_PUBLIC_URL: 'http://unknown', ...variables }).entries
}
