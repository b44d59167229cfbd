import { execFile } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, resolve } from 'node:path'
import { promisify } from 'node:util'

const root = resolve(import.meta.dirname, '../..')
const compiler = resolve(
  dirname(createRequire(import.meta.url).resolve('typescript/package.json')),
  'bin/tsc',
)

/** How compiling a project ends, and what the compiler says. */
export async function compile(project: string): Promise<{ code: unknown; stdout: string }> {
  const run = promisify(execFile)(process.execPath, [compiler, '-p', project], { cwd: root })
  return run.then(
    ({ stdout }) => ({ code: 0, stdout }),
    ({ code, stdout }: { code: unknown; stdout: string }) => ({ code, stdout }),
  )
}
