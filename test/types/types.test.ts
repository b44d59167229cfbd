import { execFile } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, resolve } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '../..')
const compiler = resolve(
  dirname(createRequire(import.meta.url).resolve('typescript/package.json')),
  'bin/tsc',
)

/** What must not compile is marked as such in `*.test-d.ts`, so that it fails here if it does. */
test('everything compiles that should, and nothing that should not', async () => {
  const run = promisify(execFile)(process.execPath, [compiler, '-p', 'tsconfig.json'], {
    cwd: root,
  })
  const ended = await run.then(
    ({ stdout }) => ({ code: 0, stdout }),
    ({ code, stdout }: { code: unknown; stdout: string }) => ({ code, stdout }),
  )

  expect(ended).toEqual({ code: 0, stdout: '' })
})
