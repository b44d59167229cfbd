import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { type ExampleFile, root } from './examples.ts'

/** What an example may import, as if it were installed beside it. */
const installed: Readonly<Record<string, string>> = {
  '@lapse/ory-emulator': 'packages/ory-emulator',
  'playwright-core': 'node_modules/playwright-core',
  vitest: 'node_modules/vitest',
}

const command = `#!/bin/sh
exec '${process.execPath}' '${resolve(root, 'packages/ory-emulator/src/bin.ts')}' "$@"
`

/** A folder of its own with an example in it, and with the emulator and its command installed. */
export interface ExampleFolder extends AsyncDisposable {
  readonly path: string
}

export async function newFolder(files: readonly ExampleFile[]): Promise<ExampleFolder> {
  const path = await mkdtemp(join(tmpdir(), 'kit-'))
  for (const { name, text } of files) await writeFile(join(path, name), text)
  for (const [name, target] of Object.entries(installed)) {
    const link = join(path, 'node_modules', name)
    await mkdir(dirname(link), { recursive: true })
    await symlink(resolve(root, target), link)
  }
  const bin = join(path, 'node_modules/.bin')
  await mkdir(bin, { recursive: true })
  await writeFile(join(bin, 'lapse-ory'), command, { mode: 0o755 })
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) }
}
