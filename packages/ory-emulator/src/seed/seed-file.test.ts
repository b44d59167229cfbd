import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { InputError } from '../checks.ts'
import { readSeedFile } from './seed-file.ts'

const fileOf = async (content: string): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'seed-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const path = join(folder, 'ory.json')
  await writeFile(path, content)
  return path
}

test('reads a seed', async () => {
  const path = await fileOf('{ "clients": [{ "client_id": "mail" }] }')

  expect(await readSeedFile(path)).toEqual({ clients: [{ client_id: 'mail' }] })
})

test('names the file and the place in it', async () => {
  const path = await fileOf('{ "users": [{}] }')

  await expect(readSeedFile(path)).rejects.toThrow(
    new InputError('', `${path}: users[0].subject is missing`),
  )
})

test('names a file that is missing', async () => {
  await expect(readSeedFile('/nowhere/ory.json')).rejects.toThrow(
    new InputError('', '/nowhere/ory.json: there is no such file'),
  )
})
