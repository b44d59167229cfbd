import { mkdirSync, mkdtempSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

/** The root of this repository. */
export const root = resolve(import.meta.dirname, '../../..')

/** A new folder for a while, inside the repository: TypeScript looks for @types in the folders above. */
export function newScratch(prefix: string): string {
  const cache = join(root, 'node_modules/.cache')
  mkdirSync(cache, { recursive: true })
  return mkdtempSync(join(cache, prefix))
}

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
