import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../places.ts'
import { apiPages } from './pages.ts'

// `npm run api`: what others can import, in `docs/api/`.
const folder = join(root, 'docs/api')
rmSync(folder, { recursive: true, force: true })
mkdirSync(folder, { recursive: true })
for (const [file, text] of Object.entries(apiPages())) writeFileSync(join(folder, file), text)
