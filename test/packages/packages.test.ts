import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'
import { published } from '@lapse/build'
import { rolldown } from 'rolldown'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { blocksIn } from '../docs/blocks.ts'
import { compile } from '../types/compile.ts'
import { link } from './link.ts'
import { packAll, unpack } from './pack.ts'

interface PackedManifest {
  readonly name: string
  readonly dependencies: Readonly<Record<string, string>>
  readonly exports: Readonly<Record<string, string | Readonly<Record<string, string>>>>
  readonly imports?: Readonly<Record<string, Readonly<Record<string, string>>>>
  readonly bin?: Readonly<Record<string, string>>
}

/** An empty project into which the tarballs were unpacked. */
const project = realpathSync(mkdtempSync(join(tmpdir(), 'lapse-packages-')))
const packed: { readonly home: string; readonly manifest: PackedManifest }[] = []

beforeAll(async () => {
  const tarballs = await packAll(project)
  for (const [index, tarball] of tarballs.entries()) {
    const name = `@lapse/${published[index]?.folder}`
    const home = await unpack(tarball, name, project)
    packed.push({ home, manifest: JSON.parse(readFileSync(join(home, 'package.json'), 'utf8')) })
  }
  const others = packed
    .flatMap(({ manifest }) => Object.keys(manifest.dependencies))
    .filter((name) => !name.startsWith('@lapse/'))
  for (const name of new Set([...others, '@types/node'])) link(name, project)
  cpSync(join(import.meta.dirname, 'consumer'), project, { recursive: true })
})

const bin = 'node_modules/@lapse/ory-emulator/dist/bin/lapse-ory.js'

afterAll(() => rmSync(project, { recursive: true }))

const filesIn = (home: string) =>
  readdirSync(home, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(home.length + 1))

/** What the READMEs show, a file for each block. */
const readmeCode = () =>
  packed.flatMap(({ home }, index) => {
    const blocks = blocksIn('README.md', readFileSync(join(home, 'README.md'), 'utf8'))
    const shown = blocks.filter(({ language }) => language === 'ts')
    return shown.map(({ code }, block) => {
      const file = `readme-${index}-${block}.mts`
      writeFileSync(join(project, file), code)
      return file
    })
  })

const node = (...given: readonly string[]) =>
  promisify(execFile)(process.execPath, [...given], { cwd: project })

test('the tarballs hold modules, types, their pages, a licence and a notice, and nothing else', () => {
  for (const [index, { home }] of packed.entries()) {
    const files = filesIn(home)
    const pages = ['README.md', ...(published[index]?.pages ?? [])]
    const beside = files.filter((file) => !/^dist\/.+(\.js|\.d\.ts)$/.test(file))

    expect(beside.sort()).toEqual(['package.json', 'LICENSE', 'NOTICE', ...pages].sort())
    expect(files.filter((file) => /test|mock/i.test(file))).toEqual([])
  }
})

test('every path in a package.json leads to a file of the tarball', () => {
  for (const { home, manifest } of packed) {
    const paths = [manifest.exports, manifest.imports ?? {}, manifest.bin ?? {}]
      .flatMap((each) => Object.values(each))
      .flatMap((each) => (typeof each === 'string' ? [each] : Object.values(each)))
      .filter((path) => path.startsWith('./'))

    expect(paths.length).toBeGreaterThan(2)
    expect(paths.filter((path) => !existsSync(join(home, path)))).toEqual([])
    expect(JSON.stringify(manifest)).not.toContain('/src/')
  }
})

test('what is installed is imported and runs', async () => {
  expect((await node('imported.mjs')).stdout).toBe('imported: 34 operations\n')
})

test('what is installed is required and runs', async () => {
  expect(await node('required.cjs')).toEqual({ stdout: 'required: 34 operations\n', stderr: '' })
})

test.each([
  ['nodenext', 'nodenext'],
  ['esnext', 'bundler'],
])('the types hold under %s, %s', async (module, moduleResolution) => {
  const config = join(project, `tsconfig.${moduleResolution}.json`)
  const compilerOptions = { module, moduleResolution, target: 'es2023', types: ['node'] }
  writeFileSync(
    config,
    JSON.stringify({
      // Every type is looked at once: most of them are others'.
      compilerOptions: {
        ...compilerOptions,
        strict: true,
        noEmit: true,
        skipLibCheck: module === 'esnext',
      },
      files: ['types.ts', ...readmeCode()],
    }),
  )

  expect(await compile(config)).toEqual({ code: 0, stdout: '' })
})

test('the command tells its ports, answers there, and ends by a signal', async () => {
  const child = spawn(process.execPath, [bin, '--json'], { cwd: project })
  const [line] = await once(child.stdout, 'data')
  const { adminPort } = JSON.parse(String(line))
  const answer = await fetch(`http://127.0.0.1:${adminPort}/health/alive`)
  child.kill()

  expect(answer.status).toBe(200)
  expect(await once(child, 'close')).toEqual([0, null])
})

test('an entry says in one line that Node is too old', async () => {
  writeFileSync(
    join(project, 'old-node.cjs'),
    `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.20.2' } })`,
  )
  const ask = (entry: string) =>
    `import('${entry}').catch((error) => console.log(error.constructor.name, error.message))`
  const said = await Promise.all(
    ['@lapse/core/ory', '@lapse/core/errors', '@lapse/ory-emulator'].map(async (entry) => {
      const { stdout } = await node('--require', './old-node.cjs', '--eval', ask(entry))
      return stdout
    }),
  )
  const line = 'needs Node 22.19 or newer, and this is 20.20.2\n'

  expect(said).toEqual([
    `Error @lapse/core ${line}`,
    `Error @lapse/core ${line}`,
    `Error @lapse/ory-emulator ${line}`,
  ])
  await expect(node('--require', './old-node.cjs', bin)).rejects.toMatchObject({
    code: 1,
    stdout: '',
    stderr: `lapse-ory ${line}`,
  })
})

test("the client's bundle holds the client, undici and one parser, and is small", async () => {
  const bundle = await rolldown({ input: join(project, 'bundled.mjs'), platform: 'node' })
  const { output } = await bundle.generate({ format: 'esm', minify: true })
  await bundle.close()
  const [{ code, modules, imports }] = output
  const others = Object.keys(modules).filter(
    (id) =>
      !/^\0|bundled\.mjs$|\/@lapse\/core\/dist\/(ory\/index|errors|undici-pool)\.js$/.test(id),
  )

  expect(others).toEqual([])
  expect(imports.filter((id) => !id.startsWith('node:'))).toEqual([])
  // As base64: what every WebAssembly module begins with.
  expect(code.match(/AGFzbQEAAAA/g)).toHaveLength(1)
  expect(code.length).toBeLessThan(400_000)
  expect(gzipSync(code).length).toBeLessThan(130_000)
})
