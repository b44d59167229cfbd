import { join } from 'node:path'
import type { Fixtures } from './cases.ts'

export const folder = join(import.meta.dirname, 'fixtures')

/** Every file of the folder, with a list of the cases for verifiers in other languages. */
export function filesOf({ vkey, checkpoints, cases }: Fixtures): ReadonlyMap<string, string> {
  const list = cases.map(({ text: _, ...rest }) => rest)
  return new Map([
    ['log.vkey', vkey],
    ['cases.json', `${JSON.stringify(list, null, 2)}\n`],
    ...Object.entries(checkpoints),
    ...cases.map(({ file, text }) => [file, text] as const),
  ])
}
