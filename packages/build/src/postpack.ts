import { rmSync } from 'node:fs'
import { putBack } from './workspace-manifest.ts'

// Undoes prepack.ts.
for (const each of ['dist', 'LICENSE', 'NOTICE']) rmSync(each, { recursive: true, force: true })
putBack(process.cwd())
