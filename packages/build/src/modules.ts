import { relative, resolve, sep } from 'node:path'
import { rolldown } from 'rolldown'
import { viteDynamicImportVarsPlugin, viteImportGlobPlugin } from 'rolldown/experimental'
import { sourcesOf } from './entries.ts'
import { leanUndici, usesLeanUndici } from './lean-undici.ts'
import { nodeCheckImport, writeNodeCheck } from './node-version.ts'
import { type Manifest, root } from './places.ts'
import type { Published } from './published.ts'

/**
 * Writes the modules of a package: one for each entry, and what entries share beside them.
 * @returns what they import that is not their own
 */
export async function writeModules(
  what: Published,
  manifest: Manifest,
  to: string,
): Promise<readonly string[]> {
  const home = resolve(root, 'packages', what.folder)
  const build = await rolldown({
    cwd: home,
    input: sourcesOf(what, manifest),
    platform: 'node',
    external: externalOf(manifest),
    transform: { target: 'node22.19' },
    plugins: [
      usesLeanUndici,
      // Files that are imported by a pattern become modules, one for each.
      viteDynamicImportVarsPlugin(),
      viteImportGlobPlugin({ root: home }),
    ],
  })
  const { output } = await build.write({
    dir: to,
    format: 'esm',
    chunkFileNames: (chunk) => `${sourceOf(chunk.facadeModuleId ?? '', home) ?? chunk.name}.js`,
    banner: ({ isEntry, name }) => (isEntry ? nodeCheckImport(name) : ''),
  })
  await build.close()
  writeNodeCheck(manifest, to)

  const imported = output.flatMap((each) => (each.type === 'chunk' ? each.imports : []))
  return imported.map((id) => (id === leanUndici.published ? leanUndici.specifier : id))
}

/** Whatever is installed beside the package stays an import; undici's pool has a rule of its own. */
function externalOf({ dependencies = {} }: Manifest): RegExp[] {
  return Object.keys(dependencies)
    .filter((name) => name !== 'undici')
    .map((name) => new RegExp(`^${name}(/|$)`))
}

/** Where a module of its own stands below `src`, so that those of one name stay apart. */
function sourceOf(file: string, home: string): string | undefined {
  const path = relative(resolve(home, 'src'), file).split(sep).join('/')
  return file === '' || path.startsWith('..') ? undefined : path.replace(/\.ts$/, '')
}
