import { execFile } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { root } from '../engine/platform.ts'
import { synthesize } from '../engine/synthesize.ts'
import { type OfflineDiff, offlineDiff } from './offline-diff.ts'

let diff: OfflineDiff
const kept = mkdtempSync(join(tmpdir(), 'lapse-bundles-'))

beforeAll(async () => {
  diff = await offlineDiff('test', (made) => {
    for (const { name, file } of made.bundles) cpSync(file, join(kept, `${name}.mjs`))
    return made
  })
})

afterAll(() => rmSync(kept, { recursive: true }))

const text = (name: string) => readFileSync(join(kept, `${name}.mjs`), 'utf8')

test("SST's own command line plans what is asserted of the stack", async () => {
  const { resources } = await synthesize({ stage: 'test' })
  const named = (urns: readonly string[]) => [...new Set(urns.map(nameIn))].toSorted()

  expect(named(diff.created)).toEqual(named(resources.map(({ urn }) => urn)))
})

test('sst-env.d.ts is what SST writes', async () => {
  await expect(diff.types).toMatchFileSnapshot(resolve(root, 'sst-env.d.ts'))
})

test('every bundle loads and exports its handler', async () => {
  expect(diff.bundles.length).toBeGreaterThan(4)
  const loaded = await Promise.all(
    diff.bundles.map(({ name }) => handlerOf(join(kept, `${name}.mjs`))),
  )

  expect(loaded).toEqual(diff.bundles.map(() => 'function'))
})

test('no bundle asks for HTTP/2', () => {
  const asking = diff.bundles.filter(({ name }) => /["'](node:)?http2["']/.test(text(name)))

  expect(asking.map(({ name }) => name)).toEqual([])
})

test('the door holds every source, and neither the Ory client nor DynamoDB', () => {
  const door = text('Webhook')

  expect(door).toContain('x-hub-signature-256')
  expect(door).toContain('ory-polis-signature')
  expect(door).not.toContain('revokeOAuth2ConsentSessions')
  expect(door).not.toContain('DynamoDB_20120810')
})

function nameIn(urn: string): string {
  const [, , types = '', name = ''] = urn.split('::')
  return `${types.split('$').at(-1)} ${name}`
}

async function handlerOf(file: string): Promise<string> {
  const script = `import(${JSON.stringify(file)}).then((bundle) => console.log(typeof bundle.handler))`
  const { stdout } = await promisify(execFile)(process.execPath, ['--eval', script])
  return stdout.trim()
}
