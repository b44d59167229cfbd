import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { type Plugin, rolldown } from 'rolldown'
import { esmExternalRequirePlugin } from 'rolldown/plugins'

const { resolve } = createRequire(import.meta.url)

/** Looked for only when a request wants it, which none of ours does. */
const neverLoaded = ['node:http2', 'node:sqlite']

/**
 * undici's pool for those who bundle. As it stands it brings four WebAssembly parsers into every
 * bundle, of which one is ever run, and none of its own entries leaves the others out. Node, which
 * bundles nothing, loads the undici that is installed.
 */
export const leanUndici = {
  /** What the client imports, here and in the published package. */
  specifier: 'undici/lib/dispatcher/pool.js',
  published: '#undici-pool',
  file: 'undici-pool.js',
  imports: {
    // A condition that bundlers set and Node does not.
    '#undici-pool': {
      module: './dist/undici-pool.js',
      default: 'undici/lib/dispatcher/pool.js',
    },
  },
} as const

/** Turns the import of undici's pool into one of `#undici-pool`. */
export const usesLeanUndici: Plugin = {
  name: 'uses-lean-undici',
  resolveId: (id) =>
    id === leanUndici.specifier ? { id: leanUndici.published, external: true } : undefined,
}

const withoutUnusedParts: Plugin = {
  name: 'without-unused-parts',
  resolveId: (id) => {
    if (neverLoaded.includes(id)) return `\0${id}`
    if (id === '../llhttp/llhttp-wasm.js') return resolve('undici/lib/llhttp/llhttp_simd-wasm.js')
    return undefined
  },
  load: (id) =>
    id.startsWith('\0node:')
      ? `throw Object.assign(new Error('${id.slice(1)} is not in this bundle'), { code: 'ERR_UNKNOWN_BUILTIN_MODULE' })`
      : undefined,
}

/** Writes undici's pool and all it needs into one module, under undici's licence. */
export async function writeLeanUndici(folder: string): Promise<void> {
  const build = await rolldown({
    input: resolve(leanUndici.specifier),
    platform: 'node',
    // undici's own switch for leaving its experimental parser out.
    transform: { define: { esbuildDetection: 'true' } },
    plugins: [
      withoutUnusedParts,
      esmExternalRequirePlugin({ external: [/^node:(?!http2$|sqlite$)/] }),
    ],
  })
  await build.write({ file: `${folder}/${leanUndici.file}`, format: 'esm', banner: licence() })
  await build.close()
}

function licence(): string {
  const { version } = JSON.parse(readFileSync(resolve('undici/package.json'), 'utf8'))
  const text = readFileSync(resolve('undici/LICENSE'), 'utf8').trim()
  const lines = [`undici ${version} and its parser llhttp, as far as a pool needs them.`, '', text]
  return `/*!\n${lines.join('\n').replaceAll(/^/gm, ' * ').replaceAll(/ +$/gm, '')}\n */`
}
