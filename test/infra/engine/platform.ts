import { createRequire } from 'node:module'
import { resolve } from 'node:path'

/** The project's root. */
export const root = resolve(import.meta.dirname, '../../..')

/** Where SST unpacks its components, with their own node_modules. */
export const platform = resolve(root, '.sst/platform')

/** Loads what SST's components load: the one copy of Pulumi that the mocks reach. */
export const platformRequire = createRequire(resolve(platform, 'package.json'))
