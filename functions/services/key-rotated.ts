import { keyRotatedSettings } from '@lapse/aws/settings/workflows'
import { keyRotated } from '@lapse/core/workflows'
import { environment } from './environment.ts'

/** The workflow, under the settings of this deployment. */
export const keyRotatedWorkflow = () => keyRotated(keyRotatedSettings(environment))
