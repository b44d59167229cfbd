import type { Environment } from './settings.ts'

/** The only place where the environment is read. */
export const environment: Environment = process.env
