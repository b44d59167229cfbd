import { readFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { dirname, join, relative, resolve } from 'node:path'
import { expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '..')

/** What a module loads, and what it may load later: paths in this repository, and packages. */
interface Loaded {
  readonly now: readonly string[]
  readonly later: readonly string[]
}

/** Types are gone by then; an import that is left empty loads its module all the same. */
function importsOf(file: string): Loaded {
  const text = stripTypeScriptTypes(readFileSync(resolve(root, file), 'utf8'))
  const now = text.matchAll(
    /^(?:import|export)\b[^'"`;]*?\bfrom\s*['"]([^'"]+)['"]|^import\s*['"]([^'"]+)['"]/gm,
  )
  const later = text.matchAll(/\bimport\(\s*['"]([^'"]+)['"]\s*\)/g)
  const targets = (found: Iterable<RegExpMatchArray>) =>
    [...found].map(([, from, bare]) => targetOf(file, from ?? bare ?? ''))
  return { now: targets(now), later: targets(later) }
}

function targetOf(file: string, specifier: string): string {
  if (specifier.startsWith('.')) return relative(root, resolve(root, dirname(file), specifier))
  const [scope = '', name, ...rest] = specifier.split('/')
  if (scope !== '@lapse') return scope.startsWith('@') ? `${scope}/${name}` : scope

  const own = readFileSync(resolve(root, 'packages', name ?? '', 'package.json'), 'utf8')
  const { exports } = JSON.parse(own) as { readonly exports: Readonly<Record<string, string>> }
  const path = exports[['.', ...rest].join('/')] ?? exports['./*']?.replace('*', rest.join('/'))
  return join('packages', name ?? '', path ?? specifier)
}

/** Everything a function has loaded before its first invocation, and what its modules may load then. */
function graphOf(start: string): Loaded {
  const seen = new Set<string>()
  const later = new Set<string>()
  const visit = (target: string) => {
    if (seen.has(target)) return
    seen.add(target)
    if (!target.endsWith('.ts')) return
    const found = importsOf(target)
    for (const each of found.later) later.add(each)
    found.now.forEach(visit)
  }
  visit(start)
  return { now: [...seen], later: [...later] }
}

/** What is loaded without being called costs every cold start. */
const unwanted = {
  'user-deleted': ['packages/core/src/rotation', 'packages/core/src/sweep', 'packages/webhooks'],
  'user-suspended': ['packages/core/src/rotation', 'packages/core/src/sweep', 'packages/webhooks'],
  'user-signed-out': ['packages/core/src/rotation', 'packages/core/src/sweep', 'packages/webhooks'],
  'app-offboarded': ['packages/core/src/rotation', 'packages/core/src/sweep', 'packages/webhooks'],
  'key-rotated': ['packages/core/src/rotation', 'packages/core/src/sweep', 'packages/webhooks'],
  'rotate-client-secret': [
    'packages/core/src/events',
    'packages/core/src/sweep',
    'packages/core/src/workflows',
    'packages/webhooks',
    'packages/aws/src/dynamodb-batches',
    'packages/aws/src/sqs',
    '@aws-sdk/client-sqs',
  ],
  seal: [
    'packages/core/src/events',
    'packages/core/src/rotation',
    'packages/core/src/sweep',
    'packages/core/src/workflows',
    'packages/webhooks',
    'packages/aws/src/sqs',
    '@aws-sdk/client-sqs',
  ],
  sweep: ['packages/webhooks', 'packages/aws/src/sqs', '@aws-sdk/client-sqs'],
  webhook: [
    'packages/core/src/leases',
    'packages/core/src/ory/index.ts',
    'packages/core/src/ory/operations',
    'packages/core/src/rotation',
    'packages/core/src/sweep',
    'packages/core/src/workflows',
    'packages/aws/src/dynamodb-ledger',
    '@aws-sdk/client-dynamodb',
    'jose',
  ],
} as const

/** A reset ends a rotation: it loads this, and nobody else does. */
const onlyForReset = 'packages/core/src/rotation/index.ts'

/** Where issuers may sign users out, the door keeps which JWT was for which body. */
const onlyForRevocation = 'functions/services/revocation.ts'

test.each(Object.entries(unwanted))('%s loads nothing that it does not call', (stem, rooms) => {
  const { now, later } = graphOf(`functions/${stem}.ts`)
  const laterOn = later.filter((target) => target !== onlyForReset && target !== onlyForRevocation)
  const loaded = [...now, ...laterOn.flatMap((target) => graphOf(target).now)]
  const found = loaded.filter((target) => rooms.some((room) => target.startsWith(room)))

  expect(now.length).toBeGreaterThan(10)
  expect(found).toEqual([])
})

test.each(Object.keys(unwanted))('%s loads the SDK of AWS only where it is called', (stem) => {
  const { now, later } = graphOf(`functions/${stem}.ts`)
  const isSdk = (target: string) => target.startsWith('@aws-sdk')

  expect(now.filter(isSdk)).toEqual([])
  expect(later.flatMap((target) => graphOf(target).now).filter(isSdk)).not.toEqual([])
})
