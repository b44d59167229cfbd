/** Writes the fixtures anew: `npx node test/receipts-log/write-fixtures.ts`, after a change of format. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { makeFixtures } from './cases.ts'
import { filesOf, folder } from './fixture-files.ts'

for (const [name, text] of filesOf(await makeFixtures())) writeFileSync(join(folder, name), text)
