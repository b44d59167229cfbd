import assert from 'node:assert/strict'
import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { published, root } from '@lapse/build'
import { startOryEmulator } from '@lapse/ory-emulator'
import type { NodeVersion, Project } from './project.ts'

type Check = (project: Project) => Promise<unknown>

const versions: readonly NodeVersion[] = ['node-22', 'node-24']

const onEveryNode =
  (check: (project: Project, version: NodeVersion) => Promise<unknown>): Check =>
  async (project) => {
    for (const version of versions) await check(project, version)
  }

/** What has to hold of the installed packages, each as a sentence. */
export const checks: Readonly<Record<string, Check>> = {
  'publint finds nothing': async ({ tarballs, run }) => {
    for (const tarball of tarballs)
      await run('node_modules/.bin/publint', 'run', '--strict', tarball)
  },

  // The packages are ES modules, which CommonJS requires since Node 22; `node10` knows no `exports`.
  'no type is wrong': async ({ tarballs, run }) => {
    for (const tarball of tarballs)
      await run('node_modules/.bin/attw', '--profile', 'esm-only', '--no-emoji', tarball)
  },

  'what is installed is imported and runs': onEveryNode(async ({ node }, version) => {
    const { stdout } = await node(version, 'imported.mjs')
    assert.equal(stdout, 'imported: 34 operations\n')
  }),

  'what is installed is required and runs': onEveryNode(async ({ node }, version) => {
    const { stdout, stderr } = await node(version, 'required.cjs')
    assert.deepEqual([stdout, stderr], ['required: 34 operations\n', ''])
  }),

  'the types hold in TypeScript 5.9 and 7, under NodeNext and Bundler, in modules and CommonJS':
    async (project) => {
      const put = (from: string, file: string) => cpSync(from, join(project.folder, file))
      put(join(root, 'test/types/ory.test-d.ts'), 'ory.test-d.ts')
      put(join(project.folder, 'types.ts'), 'types.mts')
      for (const compiler of ['typescript-5', 'typescript-7'])
        for (const [module, moduleResolution] of resolutions)
          await compile(project, compiler, { module, moduleResolution })
    },

  "esbuild's bundle of the client is small, holds undici alone, and runs": onEveryNode(
    async (project, version) => {
      for (const format of ['esm', 'cjs'] as const) await bundleByEsbuild(project, version, format)
    },
  ),

  "Vite's bundle of the client is small and runs": onEveryNode(async (project, version) => {
    writeFileSync(
      join(project.folder, 'vite.config.mjs'),
      `export default { ssr: { noExternal: true }, build: { ssr: 'bundled.mjs', outDir: 'vite', minify: true } }`,
    )
    await project.node('node-24', 'node_modules/vite/bin/vite.js', 'build', '--logLevel', 'error')
    await isSmallAndRuns(project, version, 'vite/bundled.mjs')
  }),

  'a test in vitest goes through a real flow': onEveryNode(async ({ node }, version) => {
    await node(version, 'node_modules/vitest/vitest.mjs', 'run', 'flow.spec.ts')
  }),

  'a test in pytest goes through a real flow, with the command in a process of its own': async ({
    run,
  }) => {
    const python = await pytestIn(run)
    await run(python, '-m', 'pytest', '-q', 'test_flow.py')
  },

  "npm pack in a package's own folder gives the same files": async ({ folder, run, tarballs }) => {
    const own = join(folder, 'own')
    await run('mkdir', own)
    for (const [index, { folder: name }] of published.entries()) {
      await run('npm', 'pack', join(root, 'packages', name), '--pack-destination', own)
      const file = tarballs[index]?.split('/').at(-1) ?? ''
      const listed = await Promise.all(
        [join(folder, file), join(own, file)].map((each) => run('tar', '-tzf', each)),
      )
      const [given, made] = listed.map(({ stdout }) => stdout.split('\n').toSorted())
      assert.deepEqual(made, given)
    }
  },
}

const resolutions = [
  ['nodenext', 'nodenext'],
  ['esnext', 'bundler'],
] as const

async function compile(
  { folder, node }: Project,
  compiler: string,
  how: Readonly<Record<string, string>>,
): Promise<void> {
  const compilerOptions = { ...how, target: 'es2023', strict: true, noEmit: true, types: ['node'] }
  const config = { compilerOptions, files: ['types.ts', 'types.mts', 'ory.test-d.ts'] }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config))
  await node('node-24', `node_modules/${compiler}/bin/tsc`, '-p', '.')
}

async function bundleByEsbuild(
  project: Project,
  version: NodeVersion,
  format: 'esm' | 'cjs',
): Promise<void> {
  const file = `esbuild/bundled.${format === 'esm' ? 'mjs' : 'cjs'}`
  const flags = ['--bundle', '--minify', '--platform=node', '--metafile=esbuild.json']
  const to = [`--format=${format}`, `--outfile=${file}`]
  await project.run('node_modules/.bin/esbuild', 'bundled.mjs', ...flags, ...to)

  const { inputs } = JSON.parse(readFileSync(join(project.folder, 'esbuild.json'), 'utf8'))
  const others = Object.keys(inputs).filter(
    (path) => !/^(bundled\.mjs|node_modules\/(@lapse\/core|undici)\/.*)$/.test(path),
  )
  assert.deepEqual(others, [])
  await isSmallAndRuns(project, version, file)
}

/** At most 400 KB, and 130 KB gzipped; and it creates a client at an emulator. */
async function isSmallAndRuns(
  { folder, node }: Project,
  version: NodeVersion,
  file: string,
): Promise<void> {
  const code = readFileSync(join(folder, file))
  const sizes = [code.length, gzipSync(code).length] as const
  assert(sizes[0] <= 400_000 && sizes[1] <= 130_000, `${file} has ${sizes.join(' and ')} bytes`)

  await using emulator = await startOryEmulator()
  const { stdout } = await node(version, file, emulator.adminUrl)
  assert.equal(stdout, 'bundled: bundled\n')
}

/** A Python that has pytest: the machine's own, or one that is made here. */
async function pytestIn(run: Project['run']): Promise<string> {
  const hasPytest = await run('python3', '-m', 'pytest', '--version').then(
    () => true,
    () => false,
  )
  if (hasPytest) return 'python3'

  await run('python3', '-m', 'venv', 'python')
  await run('python/bin/pip', 'install', '--quiet', 'pytest')
  return 'python/bin/python'
}
