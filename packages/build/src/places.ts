import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'

/** The root of this repository. */
export const root = resolve(import.meta.dirname, '../../..')

/** What is read of a package.json here. */
export interface Manifest {
  readonly name: string
  readonly version: string
  readonly description?: string
  readonly keywords?: readonly string[]
  readonly license?: string
  readonly type?: string
  readonly engines?: Readonly<Record<string, string>>
  readonly sideEffects?: boolean
  readonly exports: Readonly<Record<string, string>>
  readonly dependencies?: Readonly<Record<string, string>>
}

/** The package.json of a folder in `packages/`. */
export function manifestOf(folder: string): Manifest {
  return JSON.parse(readFileSync(resolve(root, 'packages', folder, 'package.json'), 'utf8'))
}
