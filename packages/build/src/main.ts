import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from './build.ts'
import { repositoryNotice } from './notice.ts'
import { root } from './places.ts'
import { published } from './published.ts'

// `npm run build`: the packages in `dist/`, and the NOTICE of what is in the lock file now.
writeFileSync(join(root, 'NOTICE'), repositoryNotice())
await build()
console.log(
  `built; to pack: npm pack ${published.map(({ folder }) => `./dist/${folder}`).join(' ')}`,
)
