import { cpSync } from 'node:fs'
import { basename, join } from 'node:path'
import { build } from './build.ts'
import { root } from './places.ts'
import { putAside } from './workspace-manifest.ts'

// `npm pack` in a package's own folder gives what it gives for `dist/<package>`. npm reads neither
// another folder nor other `exports` from a package.json, so that both are put here until it is done.
const home = process.cwd()

await build()
putAside(home)
cpSync(join(root, 'dist', basename(home)), home, { recursive: true })
