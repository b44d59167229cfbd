import { execFile } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { build, published } from '@lapse/build'

const run = promisify(execFile)

/** Builds every package and packs it as `npm publish` would; says where the tarballs are. */
export async function packAll(folder: string): Promise<readonly string[]> {
  const built = join(folder, 'dist')
  await build(built)
  const folders = published.map((what) => join(built, what.folder))
  const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', folder, ...folders])
  const packed: readonly { readonly filename: string }[] = JSON.parse(stdout)
  return packed.map(({ filename }) => join(folder, filename))
}

/** Puts what a tarball holds where npm would, into the `node_modules` of a folder. */
export async function unpack(tarball: string, name: string, folder: string): Promise<string> {
  const home = join(folder, 'node_modules', name)
  mkdirSync(home, { recursive: true })
  await run('tar', ['-xzf', tarball, '-C', home, '--strip-components=1'])
  return home
}
