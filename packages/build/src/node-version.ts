import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Manifest } from './places.ts'

const file = 'node-version.js'

/** The lines that make `isOld`: whether this is a Node older than the package's `engines` ask for. */
export function nodeCheck(manifest: Manifest): string {
  const [major, minor] = oldestOf(manifest).split('.')
  return `const node = globalThis.process?.versions?.node ?? '${major}.${minor}'
const [major, minor] = node.split('.').map(Number)
const isOld = major < ${major} || (major === ${major} && minor < ${minor})`
}

/** An expression for what is said then. */
export function tooOld(who: string, manifest: Manifest): string {
  return `'${who} needs Node ${oldestOf(manifest)} or newer, and this is ' + node`
}

/** The first thing an entry imports: undici's own complaints about an old Node are hard to read. */
export function nodeCheckImport(entry: string): string {
  const up = '../'.repeat(entry.split('/').length - 1)
  return `import '${up || './'}${file}'`
}

/** Writes what the entries import. */
export function writeNodeCheck(manifest: Manifest, folder: string): void {
  writeFileSync(
    join(folder, file),
    `${nodeCheck(manifest)}
if (isOld) throw new Error(${tooOld(manifest.name, manifest)})

export {}
`,
  )
}

/** `>=22.19` is 22.19. */
function oldestOf({ name, engines }: Manifest): string {
  const [, oldest] = /^>=(\d+\.\d+)$/.exec(engines?.['node'] ?? '') ?? []
  if (oldest === undefined) throw new Error(`${name}: engines.node is not like >=22.19`)
  return oldest
}
