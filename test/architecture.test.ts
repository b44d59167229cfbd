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
    '@aws-sdk/client-kms',
    '@aws-sdk/client-s3',
    '@aws-sdk/client-secrets-manager',
    '@aws-sdk/client-sqs',
    '@smithy/signature-v4',
    'undici',
    '@aws-lambda-powertools/logger',
    '@aws-lambda-powertools/metrics',
    'aws-lambda',
  ],
  'packages/build': ['rolldown', 'typescript'],
  'packages/cli': [
    'packages/core',
    'packages/aws',
    'packages/console',
    'packages/local',
    'packages/ory-emulator',
    '@aws-sdk/client-cloudwatch',
    '@aws-sdk/client-dynamodb',
    '@aws-sdk/client-kms',
    '@aws-sdk/client-lambda',
    '@aws-sdk/client-sns',
    '@aws-sdk/client-sqs',
    '@aws-sdk/client-ssm',
    '@aws-sdk/client-sts',
    'commander',
    'csv-parse',
    'string-width',
  ],
  'packages/console': ['packages/core/src/unprintable.ts', 'hono'],
  'packages/core/src/backfill': [
    'packages/core/src/concurrency.ts',
    'packages/core/src/errors.ts',
    'packages/core/src/events',
    'packages/core/src/hmac.ts',
    'packages/core/src/lane.ts',
    'packages/core/src/ports',
    'packages/core/src/run',
  ],
  'packages/core/src/budget': [
    'packages/core/src/errors.ts',
    'packages/core/src/lane.ts',
    'packages/core/src/ory',
    'packages/core/src/ports',
  ],
  'packages/core/src/concurrency.ts': [],
  'packages/core/src/delivery': [
    'packages/core/src/errors.ts',
    'packages/core/src/events',
    'packages/core/src/hmac.ts',
    'packages/core/src/lane.ts',
    'packages/core/src/ports',
    'packages/core/src/run',
  ],
  'packages/core/src/errors.ts': [],
  'packages/core/src/hmac.ts': [],
  'packages/core/src/lane.ts': [],
  'packages/core/src/events': [
    'packages/core/src/errors.ts',
    'packages/core/src/hmac.ts',
    'packages/core/src/json',
    'packages/core/src/lane.ts',
    'valibot',
  ],
  'packages/core/src/issuers': [
    'packages/core/src/concurrency.ts',
    'packages/core/src/events',
    'packages/core/src/ory',
    'packages/core/src/ports',
    'packages/core/src/run',
  ],
  'packages/core/src/json': [],
  'packages/core/src/jwk': ['jose'],
  'packages/core/src/leases': ['packages/core/src/errors.ts', 'packages/core/src/ports'],
  'packages/core/src/ory': ['packages/core/src/errors.ts', 'undici'],
  'packages/core/src/ports': ['packages/core/src/errors.ts', 'packages/core/src/lane.ts'],
  'packages/core/src/protection': ['packages/core/src/errors.ts'],
  'packages/core/src/receipts': ['packages/core/src/run', 'packages/core/src/unprintable.ts'],
  'packages/core/src/receipts-log': [
    'packages/core/src/errors.ts',
    'packages/core/src/json',
    'packages/core/src/ports',
  ],
  'packages/core/src/rotation': [
    'packages/core/src/concurrency.ts',
    'packages/core/src/errors.ts',
    'packages/core/src/leases',
    'packages/core/src/ory',
    'packages/core/src/ports',
    'packages/core/src/protection',
    'jose',
  ],
  'packages/core/src/run': [
    'packages/core/src/budget',
    'packages/core/src/concurrency.ts',
    'packages/core/src/errors.ts',
    'packages/core/src/events',
    'packages/core/src/hmac.ts',
    'packages/core/src/lane.ts',
    'packages/core/src/leases',
    'packages/core/src/ory',
    'packages/core/src/ports',
  ],
  'packages/core/src/sweep': [
    'packages/core/src/concurrency.ts',
    'packages/core/src/errors.ts',
    'packages/core/src/leases',
    'packages/core/src/ory',
    'packages/core/src/ports',
    'packages/core/src/protection',
    'packages/core/src/run',
    'packages/core/src/workflows',
  ],
  'packages/core/src/testing': [
    'packages/core/src/delivery',
    'packages/core/src/errors.ts',
    'packages/core/src/issuers',
    'packages/core/src/lane.ts',
    'packages/core/src/leases',
    'packages/core/src/ory',
    'packages/core/src/ports',
    'packages/core/src/protection',
    'packages/core/src/receipts',
    'packages/core/src/receipts-log',
    'packages/core/src/rotation',
    'packages/core/src/run',
    'packages/core/src/workflows',
  ],
  'packages/core/src/unprintable.ts': [],
  'packages/core/src/workflows': [
    'packages/core/src/workflows/app-offboarded',
    'packages/core/src/workflows/key-rotated',
    'packages/core/src/workflows/user-deleted',
    'packages/core/src/workflows/user-signed-out',
    'packages/core/src/workflows/user-suspended',
    'packages/core/src/workflows/users',
  ],
  'packages/core/src/workflows/app-offboarded': [
    'packages/core/src/concurrency.ts',
    'packages/core/src/errors.ts',
    'packages/core/src/events',
    'packages/core/src/issuers',
    'packages/core/src/lane.ts',
    'packages/core/src/ory',
    'packages/core/src/ports',
    'packages/core/src/protection',
    'packages/core/src/rotation',
    'packages/core/src/run',
  ],
  'packages/core/src/workflows/key-rotated': [
    'packages/core/src/errors.ts',
    'packages/core/src/events',
    'packages/core/src/issuers',
    'packages/core/src/jwk',
    'packages/core/src/ory',
    'packages/core/src/ports',
    'packages/core/src/protection',
    'packages/core/src/run',
  ],
  'packages/core/src/workflows/user-deleted': [
    'packages/core/src/errors.ts',
    'packages/core/src/events',
    'packages/core/src/ory',
    'packages/core/src/ports',
    'packages/core/src/run',
    'packages/core/src/workflows/users',
  ],
  'packages/core/src/workflows/user-signed-out': [
    'packages/core/src/errors.ts',
    'packages/core/src/events',
    'packages/core/src/ory',
    'packages/core/src/ports',
    'packages/core/src/run',
    'packages/core/src/workflows/users',
  ],
  'packages/core/src/workflows/user-suspended': [
    'packages/core/src/errors.ts',
    'packages/core/src/events',
    'packages/core/src/ory',
    'packages/core/src/ports',
    'packages/core/src/run',
    'packages/core/src/workflows/users',
  ],
  'packages/core/src/workflows/users': [
    'packages/core/src/concurrency.ts',
    'packages/core/src/errors.ts',
    'packages/core/src/events',
    'packages/core/src/lane.ts',
    'packages/core/src/ory',
    'packages/core/src/ports',
    'packages/core/src/run',
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
  'packages/webhooks': ['packages/core', 'hono', 'jose', 'standardwebhooks'],
}

const rooms = Object.keys(arrows)
const testOnly = new Set([
  'vitest',
  'fast-check',
  'undici',
  'jose',
  'packages/core/src/delivery',
  'packages/core/src/testing',
])

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

/** The innermost room: core's folders are rooms of their own, and a test is where its source is. */
function roomOf(path: string): string {
  const posix = path
    .split(sep)
    .join('/')
    .replace(/\.test\.ts$/, '.ts')
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

/** What an import ends in: a file of ours, or `undefined` for everything else. */
function fileOf(file: string, specifier: string): string | undefined {
  if (specifier.startsWith('.'))
    return relative(root, resolve(root, dirname(file), specifier))
      .split(sep)
      .join('/')

  const [scope, name, ...entry] = specifier.split('/')
  if (scope !== '@lapse' || name === undefined) return undefined
  const manifest = JSON.parse(textOf(`packages/${name}/package.json`)) as {
    readonly exports?: Readonly<Record<string, string>>
  }
  const path = manifest.exports?.[['.', ...entry].join('/')]
  return path && `packages/${name}/${path.slice(2)}`
}

const ownSources = sources.filter((file) => !/\.test\.ts$/.test(file))
const graph = new Map(
  ownSources.map((file) => [
    file,
    importsOf(file).flatMap((specifier) => fileOf(file, specifier) ?? []),
  ]),
)

/** The circles of a graph: every group of nodes that can all be reached from each other. */
function circlesOf(edges: ReadonlyMap<string, readonly string[]>): readonly (readonly string[])[] {
  const reached = new Map([...edges.keys()].map((node) => [node, reachableFrom(node, edges)]))
  const circles = [...edges.keys()]
    .filter((node) => reached.get(node)?.has(node))
    .map((node) => [...(reached.get(node) ?? [])].filter((other) => reached.get(other)?.has(node)))
  return [...new Map(circles.map((circle) => [circle.sort().join(' '), circle])).values()]
}

function reachableFrom(
  start: string,
  edges: ReadonlyMap<string, readonly string[]>,
): ReadonlySet<string> {
  const seen = new Set<string>()
  const ahead = [...(edges.get(start) ?? [])]
  for (let node = ahead.pop(); node !== undefined; node = ahead.pop()) {
    if (seen.has(node)) continue
    seen.add(node)
    ahead.push(...(edges.get(node) ?? []))
  }
  return seen
}

test('finds a circle where there is one', () => {
  const edges = new Map([
    ['a', ['b']],
    ['b', ['c', 'd']],
    ['c', ['a']],
    ['d', []],
  ])
  expect(circlesOf(edges)).toEqual([['a', 'b', 'c']])
})

test('no files import each other in a circle', () => {
  expect([...graph.values()].flat().length).toBeGreaterThan(1000)
  expect(circlesOf(graph)).toEqual([])
})

test('no arrow runs back up: rooms depend on each other in one direction', () => {
  const between = new Map(rooms.map((room) => [room, new Set<string>()]))
  for (const [file, targets] of graph)
    for (const target of targets)
      if (roomOf(target) !== roomOf(file)) between.get(roomOf(file))?.add(roomOf(target))

  expect(circlesOf(new Map([...between].map(([room, to]) => [room, [...to]])))).toEqual([])
})

test('no floor of a package reaches past the index of another room of core', () => {
  const past = [...graph].flatMap(([file, targets]) =>
    targets
      .filter(
        (target) => target.startsWith('packages/core/src/') && roomOf(target) !== roomOf(file),
      )
      .filter((target) => !/\/index\.ts$/.test(target) && target !== `${roomOf(target)}`)
      .filter((target) => !target.startsWith('packages/core/src/workflows/'))
      .map((target) => `${file} imports ${target}`),
  )
  expect(past).toEqual([])
})

test('the environment is read at the edges only', () => {
  const readers = sources.filter((file) => /\bprocess\.env\b/.test(textOf(file)))
  // The stack writes a line into bundles that fills it.
  const edges = /^(functions\/services\/|packages\/cli\/|packages\/local\/|infra\/function\.ts$)/

  expect(readers.filter((file) => !edges.test(file))).toEqual([])
})

test('core imports nothing of AWS', () => {
  const core = sources.filter((file) => file.startsWith('packages/core/'))
  const aws = core.filter((file) => importsOf(file).some((name) => /aws|\bsst\b/.test(name)))

  expect(aws).toEqual([])
})

test('every error of lapse is declared on one page', () => {
  const declaring = sources.filter((file) => /\bextends LapseError\b/.test(textOf(file)))

  expect(declaring).toEqual(['packages/core/src/errors.ts'])
})

test('nothing is named after having no name', () => {
  const nameless = sources.filter((file) => /\b(utils?|helpers?|common|misc|manager)\b/.test(file))

  expect(nameless.filter((file) => !file.includes('secrets-manager'))).toEqual([])
})
