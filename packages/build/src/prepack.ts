import { cpSync, existsSync, renameSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { build } from './build.ts'
import { root } from './places.ts'

// `npm pack` in a package's own folder gives what it gives for `dist/<package>`. npm reads neither
// another folder nor other `exports` from a package.json, so that both are put here until it is done.
const home = process.cwd()
const own = resolve(home, 'package.json')
const kept = `${own}.workspace`

await build()
// Where an earlier run was killed, the package.json that is here is not the workspace's.
if (!existsSync(kept)) renameSync(own, kept)
cpSync(join(root, 'dist', basename(home)), home, { recursive: true })
