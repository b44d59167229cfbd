import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { tieringFlag } from './parser-tiering.ts'

test('V8 knows the flag by which the parser is optimized later', () => {
  const flags = execFileSync(process.execPath, ['--v8-options'], { encoding: 'utf8' })

  expect(flags).toContain(`${tieringFlag.split('=')[0]} (`)
})
