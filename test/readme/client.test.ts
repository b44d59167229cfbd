import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { createOry } from '@lapse/core/ory'
import { startOryEmulator } from '@lapse/ory-emulator'
import { expect, test } from 'vitest'
import { blocksIn } from '../docs/blocks.ts'

const root = resolve(import.meta.dirname, '../..')
const readme = readFileSync(join(root, 'packages/core/README.md'), 'utf8')

const code = blocksIn('README.md', readme).find(({ language }) => language === 'ts')?.code ?? ''
const before = readme.slice(0, readme.indexOf('```ts'))

/** Runs code as a module of this repository, where our packages are installed. */
async function run(module: string): Promise<string> {
  const given = ['--input-type=module-typescript', '--eval', module]
  return (await promisify(execFile)(process.execPath, given, { cwd: root })).stdout
}

test('the README of the client shows code by its twelfth line', () => {
  expect(before.split('\n').length).toBeLessThan(12)
})

test('the code that the README of the client shows does what it says', async () => {
  await using emulator = await startOryEmulator()
  await using ory = createOry({ adminUrl: emulator.adminUrl })
  await ory.createOAuth2Client({ body: { client_id: 'acme-web', owner: 'acme' } })
  const shown = code.replace('https://ory.example', emulator.adminUrl)

  expect(await run(shown)).toBe('acme-web\n')
  expect(emulator.requests.map(({ operation }) => operation)).toEqual([
    'createOAuth2Client',
    'revokeOAuth2ConsentSessions',
    'listOAuth2Clients',
    'deleteOAuth2Client',
  ])
})
