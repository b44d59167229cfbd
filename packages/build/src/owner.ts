import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { root } from './places.ts'

/** What only the owner of this project can name. Each is empty until then, and nothing is made up. */
export interface Owner {
  /** Where the source is, as npm writes it: `git+https://…`. Packages stay private without it. */
  readonly repository: string
  /** Where a weakness is reported: an address or a page. */
  readonly security: string
  /** Who is asked to review: handles, as CODEOWNERS has them. */
  readonly codeOwners: readonly string[]
}

export const owner: Owner = JSON.parse(readFileSync(resolve(root, '.github/owner.json'), 'utf8'))
