import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { link } from '../packages/link.ts'
import { type ExampleFile, root } from './examples.ts'

/** What an example may import, as if it were installed beside it. */
const installed = ['@lapse/ory-emulator', 'playwright-core', 'vitest']

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
  for (const name of installed) link(name, path)
  const bin = join(path, 'node_modules/.bin')
  await mkdir(bin, { recursive: true })
  await writeFile(join(bin, 'lapse-ory'), command, { mode: 0o755 })
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) }
}
