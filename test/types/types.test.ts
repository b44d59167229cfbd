import { expect, test } from 'vitest'
import { compile } from './compile.ts'

/** What must not compile is marked as such in `*.test-d.ts`, so that it fails here if it does. */
test('everything compiles that should, and nothing that should not', async () => {
  expect(await compile('tsconfig.json')).toEqual({ code: 0, stdout: '' })
})
