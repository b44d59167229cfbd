import { createHash } from 'node:crypto'
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { deserialize, serialize } from 'node:v8'
import { inject } from 'vitest'

declare module 'vitest' {
  interface ProvidedContext {
    /** A folder of this run, for what several files of tests ask for. */
    readonly keptFolder: string
  }
}

/** What was made for the same terms before in this run, by whichever file of tests; or else made now. */
export async function kept<Thing>(terms: unknown, make: () => Promise<Thing>): Promise<Thing> {
  const name = createHash('sha256').update(JSON.stringify(terms)).digest('hex')
  const path = join(inject('keptFolder'), name)
  if (existsSync(path)) return deserialize(readFileSync(path)) as Thing
  const thing = await make()
  // Others look meanwhile: it is there as a whole or not at all.
  const draft = `${path}.${process.pid}`
  writeFileSync(draft, serialize(thing))
  renameSync(draft, path)
  return thing
}
