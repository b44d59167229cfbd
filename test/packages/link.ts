import { mkdirSync, symlinkSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'

const installed = resolve(import.meta.dirname, '../../node_modules')

/** Puts a package that is installed here into the `node_modules` of a folder. */
export function link(name: string, folder: string): void {
  const path = join(folder, 'node_modules', name)
  mkdirSync(dirname(path), { recursive: true })
  symlinkSync(join(installed, name), path)
}
