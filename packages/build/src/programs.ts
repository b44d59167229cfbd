import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { nodeCheck, tooOld } from './node-version.ts'
import type { Manifest } from './places.ts'
import type { Published } from './published.ts'

/** Where a command's file is in the published package. */
export function programFile(command: string): string {
  return `./dist/bin/${command}.js`
}

/** Writes a file for each command that says in a line where Node is too old, and starts it otherwise. */
export function writePrograms({ programs = {} }: Published, manifest: Manifest, to: string): void {
  for (const [command, source] of Object.entries(programs)) {
    const file = join(to, programFile(command))
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, program(command, manifest, source.replace(/\.ts$/, '.js')), { mode: 0o755 })
  }
}

const program = (command: string, manifest: Manifest, module: string) => `#!/usr/bin/env node
${nodeCheck(manifest)}
if (isOld) {
  console.error(${tooOld(command, manifest)})
  process.exitCode = 1
} else {
  await import('../${module}')
}
`
