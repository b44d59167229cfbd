import type { Environment } from '@lapse/aws/settings/texts'

/** The only place where the environment is read. */
export const environment: Environment = process.env
