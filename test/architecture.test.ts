import { readdirSync, readFileSync } from 'node:fs'
import { dirname, relative, resolve, sep } from 'node:path'
import { expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '..')

/**
 * The arrows of docs/architecture.md. A room may import the rooms and packages named here, node's
 * own modules, and itself; nothing transitive is implied.
 */
const arrows: Readonly<Record<string, readonly string[]>> = {
  functions: ['packages/aws', 'packages/core', 'packages/webhooks', 'aws-lambda'],
  infra: [],
  'packages/aws': [
    'packages/core',
    '@aws-sdk/client-dynamodb',
    '@aws-sdk/client-secrets-manager',
    '@aws-sdk/client-sqs',
    '@aws-lambda-powertools/logger',
    '@aws-lambda-powertools/metrics',
    'aws-lambda',
  ],
  'packages/cli': [
    'packages/core',
    'packages/aws',
    'packages/local',
    'packages/ory-emulator',
    '@aws-sdk/client-sqs',
    'commander',
  ],
  'packages/core/src/errors.ts': [],
  'packages/core/src/events': ['packages/core/src/errors.ts', 'valibot'],
  'packages/core/src/jwk': ['jose'],
  'packages/core/src/leases': ['packages/core/src/errors.ts', 'packages/core/src/ports'],
  'packages/core/src/ory': ['packages/core/src/errors.ts', 'undici'],
  'packages/core/src/ports': ['packages/core/src/errors.ts'],
  'packages/core/src/rotation': [
    'packages/core/src/errors.ts',
    'packages/core/src/leases',
    'packages/core/src/ory',
    'packages/core/src/ports',
    'jose',
  ],
  'packages/core/src/sweep': [
    'packages/core/src/errors.ts',
    'packages/core/src/leases',
    'packages/core/src/ory',
    'packages/core/src/ports',
    'packages/core/src/workflows',
  ],
  'packages/core/src/testing': [
    'packages/core/src/errors.ts',
    'packages/core/src/leases',
    'packages/core/src/ory',
    'packages/core/src/ports',
    'packages/core/src/workflows',
  ],
  'packages/core/src/workflows': [
    'packages/core/src/errors.ts',
    'packages/core/src/events',
    'packages/core/src/jwk',
    'packages/core/src/leases',
    'packages/core/src/ory',
    'packages/core/src/ports',
  ],
  'packages/local': [
    'packages/aws',
    'packages/ory-emulator',
    '@aws-sdk/client-dynamodb',
    '@aws-sdk/client-secrets-manager',
    '@aws-sdk/client-sqs',
    'aws-lambda',
    'croner',
    'dynalite',
    'fauxqs',
  ],
  'packages/ory-emulator': ['jose'],
  'packages/webhooks': ['packages/core', 'hono', 'standardwebhooks'],
}

const rooms = Object.keys(arrows)
const testOnly = new Set(['vitest', 'fast-check', 'undici', 'jose', 'packages/core/src/testing'])

const sources = ['functions', 'infra', 'packages'].flatMap((folder) =>
  readdirSync(resolve(root, folder), { recursive: true, encoding: 'utf8' })
    .map((path) => `${folder}/${path.split(sep).join('/')}`)
    .filter((path) => /\.m?[jt]s$/.test(path) && !path.includes('node_modules')),
)

function textOf(file: string): string {
  return readFileSync(resolve(root, file), 'utf8')
}

/** Static and dynamic imports, re-exports and types alike: each of them is a dependency. */
function importsOf(file: string): readonly string[] {
  const specifiers = textOf(file).matchAll(
    /^(?:import|export)\b[^'"`;]*?\bfrom\s*['"]([^'"]+)['"]|^import\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)/gm,
  )
  return [...specifiers].map(([, from, bare, dynamic]) => from ?? bare ?? dynamic ?? '')
}

/** The room or the outside package that an import ends in. */
function targetOf(file: string, specifier: string): string {
  if (specifier.startsWith('node:')) return specifier
  if (specifier.startsWith('.'))
    return roomOf(relative(root, resolve(root, dirname(file), specifier)))

  const [scope, name, rest] = specifier.split('/')
  if (scope === '@lapse') return roomOf(`packages/${name}/src/${rest ?? 'index'}`)
  return scope?.startsWith('@') ? `${scope}/${name}` : (scope ?? '')
}

/** The innermost room: core's folders are rooms of their own. */
function roomOf(path: string): string {
  const posix = path.split(sep).join('/')
  return (
    rooms
      .filter((room) => `${posix}/`.startsWith(`${room}/`) || `${posix}.ts` === room)
      .sort((a, b) => b.length - a.length)[0] ?? posix
  )
}

function mayImport(file: string, target: string): boolean {
  const room = roomOf(file)
  if (target === room || target.startsWith('node:')) return true
  if (/\.test\.ts$/.test(file) && testOnly.has(target)) return true
  return (arrows[room] ?? []).some(
    (allowed) => target === allowed || target.startsWith(`${allowed}/`),
  )
}

test('every source stands in a room of the map', () => {
  expect(sources.length).toBeGreaterThan(50)
  expect(sources.filter((file) => !rooms.includes(roomOf(file)))).toEqual([])
})

test('every import follows an arrow', () => {
  const strays = sources.flatMap((file) =>
    importsOf(file)
      .filter((specifier) => !mayImport(file, targetOf(file, specifier)))
      .map((specifier) => `${file} imports ${specifier}`),
  )
  expect(strays).toEqual([])
})

test('the environment is read at the edges only', () => {
  const readers = sources.filter((file) => /\bprocess\.env\b/.test(textOf(file)))
  const edges = /^(functions\/services\/|packages\/cli\/|packages\/local\/)/

  expect(readers.filter((file) => !edges.test(file))).toEqual([])
})

test('core imports nothing of AWS', () => {
  const core = sources.filter((file) => file.startsWith('packages/core/'))
  const aws = core.filter((file) => importsOf(file).some((name) => /aws|\bsst\b/.test(name)))

  expect(aws).toEqual([])
})

test('nothing is named after having no name', () => {
  const nameless = sources.filter((file) => /\b(utils?|helpers?|common|misc|manager)\b/.test(file))

  expect(nameless.filter((file) => !file.includes('secrets-manager'))).toEqual([])
})
