import { renameSync, rmSync } from 'node:fs'
import { resolve } from 'node:path'

// Undoes prepack.ts.
const own = resolve('package.json')
for (const each of ['dist', 'LICENSE', 'NOTICE']) rmSync(each, { recursive: true, force: true })
renameSync(`${own}.workspace`, own)
