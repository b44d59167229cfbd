import { readdirSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'
import installPlatform from '../infra/setup/install-platform.ts'

const root = resolve(import.meta.dirname, '../..')

/** What SST writes at the head of every function. */
const head = [
  "import { createRequire as topLevelCreateRequire } from 'module';",
  'const require = topLevelCreateRequire(import.meta.url);',
  'import { fileURLToPath as topLevelFileUrlToPath, URL as topLevelURL } from "url"',
  'const __filename = topLevelFileUrlToPath(import.meta.url)',
  'const __dirname = topLevelFileUrlToPath(new topLevelURL(".", import.meta.url))',
].join('\n')

/** A function as it is deployed. */
export interface FunctionBundle {
  /** Of the module that exports `handler`. */
  readonly file: string
  /** Of all that is uploaded. */
  readonly bytes: number
}

/**
 * Bundles functions into folders of their own as SST does, with its own esbuild: lapse's with what
 * infra/function.ts tells it besides, the peer's with SST's defaults and minified.
 */
export async function bundleFunctions(folder: string) {
  await installPlatform()
  const { default: plugins } = await import(join(root, 'infra/bundle-plugins.mjs'))
  const { build } = createRequire(join(root, '.sst/platform/package.json'))('esbuild')
  const bundle = async (name: string, source: string, own: object): Promise<FunctionBundle> => {
    const outdir = join(folder, name)
    await build({
      entryPoints: { bundle: resolve(root, source) },
      outdir,
      outExtension: { '.js': '.mjs' },
      bundle: true,
      platform: 'node',
      format: 'esm',
      target: 'esnext',
      mainFields: ['module', 'main'],
      keepNames: true,
      minify: true,
      banner: { js: head },
      logLevel: 'error',
      ...own,
    })
    return { file: join(outdir, 'bundle.mjs'), bytes: sizeOf(outdir) }
  }
  return {
    lapse: await bundle('lapse', 'functions/user-deleted.ts', {
      plugins,
      splitting: true,
      define: { esbuildDetection: 'true' },
    }),
    peer: await bundle('peer', 'test/bench/peer/handler.ts', {}),
  }
}

function sizeOf(folder: string): number {
  return readdirSync(folder)
    .map((name) => statSync(join(folder, name)).size)
    .reduce((sum, size) => sum + size, 0)
}
