import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { access, mkdir, mkdtemp, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import {
  devFilePath,
  findDevFile,
  refuseSecondDev,
  removeDevFile,
  writeDevFile,
} from './dev-file.ts'

const content = {
  pid: process.pid,
  started_at: '',
  endpoints: {},
  queues: [],
  webhooks: {},
  functions: {},
  environment: {},
}
const emptyDirectory = () => mkdtemp(join(tmpdir(), 'lapse-dev-file-'))

test('is found from below, and only its owner may read it', async () => {
  const directory = await emptyDirectory()
  await writeDevFile(directory, content)

  const found = await findDevFile(join(directory, 'a', 'b'))

  expect(found).toEqual({ path: devFilePath(directory), dev: content })
  expect((await stat(devFilePath(directory))).mode & 0o777).toBe(0o600)
})

test('is removed by the process that wrote it, and by no other', async () => {
  const directory = await emptyDirectory()
  await writeDevFile(directory, { ...content, pid: process.pid + 1 })
  await removeDevFile(directory)
  await access(devFilePath(directory))

  await writeDevFile(directory, content)
  await removeDevFile(directory)
  await expect(access(devFilePath(directory))).rejects.toThrow()
})

test('keeps another lapse dev out of its directory for as long as it runs', async () => {
  const directory = await emptyDirectory()
  const other = spawn(process.execPath, ['--eval', 'process.stdin.resume()'])
  await writeDevFile(directory, { ...content, pid: other.pid ?? 0 })

  await expect(refuseSecondDev(directory)).rejects.toThrow(
    `lapse dev runs here already (process ${other.pid}); end it, or start this one in another folder`,
  )
  other.kill()
  await once(other, 'exit')
  await refuseSecondDev(directory)
})

test.each(['', 'null', '{"pid":1}', '{"pid":"1","environment":{}}', '{'])(
  'is not taken for one where it holds %j',
  async (text) => {
    const directory = await emptyDirectory()
    await mkdir(join(directory, '.lapse'))
    await writeFile(devFilePath(directory), text)

    expect((await findDevFile(directory))?.path).not.toBe(devFilePath(directory))
  },
)
