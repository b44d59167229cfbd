import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { writeLeanUndici } from './lean-undici.ts'
import { publishedManifest } from './manifest.ts'
import { writeModules } from './modules.ts'
import { packageNotice } from './notice.ts'
import { manifestOf, root } from './places.ts'
import { writePrograms } from './programs.ts'
import { type Published, published } from './published.ts'
import { writeTypes } from './types.ts'
import { putBack } from './workspace-manifest.ts'

/**
 * Makes every package that others install: `<to>/<folder>` is what `npm pack` and `npm publish` are
 * given.
 */
export async function build(to = resolve(root, 'dist')): Promise<void> {
  for (const { folder } of published) putBack(join(root, 'packages', folder))
  for (const what of published) await buildOne(what, to)
}

async function buildOne(what: Published, to: string): Promise<void> {
  const manifest = manifestOf(what.folder)
  const home = join(to, what.folder)
  const dist = join(home, 'dist')
  rmSync(home, { recursive: true, force: true })
  mkdirSync(dist, { recursive: true })

  const imported = [
    ...(await writeModules(what, manifest, dist)),
    ...writeTypes(what, manifest, to, dist),
  ]
  const packed = publishedManifest(what, manifest, imported)
  if (packed.imports) await writeLeanUndici(dist)
  writePrograms(what, manifest, home)

  writeFileSync(join(home, 'package.json'), `${JSON.stringify(packed, undefined, 2)}\n`)
  const notice = packageNotice(`packages/${what.folder}`, Object.keys(packed.dependencies))
  writeFileSync(join(home, 'NOTICE'), notice)
  copyFileSync(join(root, 'LICENSE'), join(home, 'LICENSE'))
  for (const page of ['README.md', ...(what.pages ?? [])]) {
    copyFileSync(join(root, 'packages', what.folder, page), join(home, page))
  }
}
