import { type KeyRotatedSettings, keyRotated } from '@lapse/core/workflows'
import { duration } from './duration.ts'
import { environment } from './environment.ts'
import { list } from './settings.ts'

/** The workflow, under the settings of this deployment. */
export const keyRotatedWorkflow = () => keyRotated(keyRotatedSettings())

/** Both the function that rotates keys and the sweep that retires them go by these. */
export function keyRotatedSettings(): KeyRotatedSettings {
  return {
    protectedIssuers: list(environment, 'PROTECTED_ISSUERS'),
    accessTokenLifespanMs: duration(environment, 'ACCESS_TOKEN_LIFESPAN', '1h'),
  }
}
