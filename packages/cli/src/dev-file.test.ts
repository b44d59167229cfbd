import {
  access,
  chmod,
  chown,
  link,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import {
  type DevFile,
  devFilePath,
  findDevFile,
  findRunningDev,
  refuseSecondDev,
  removeDevFile,
  writeDevFile,
} from './dev-file.ts'
import { startStandIn } from './testing/lapse-dev-stand-in.ts'

const content: DevFile = {
  pid: process.pid,
  started_at: '',
  endpoints: { sqs: 'http://127.0.0.1:1' },
  queues: [{ name: 'q', url: 'http://127.0.0.1:1/0/q', dlq_url: 'http://localhost:1/0/q-dlq' }],
  webhooks: { clerk: { url: 'http://[::1]:1/webhooks/clerk', secret_id: 's', secret: 'whsec_x' } },
  functions: { 'rotate-client-secret': 'arn:aws:lambda:us-east-1:0:function:r' },
  environment: { ORY_ADMIN_URL: 'http://127.0.0.1:2', PROTECTED_ISSUERS: 'https://i.example' },
}
const emptyDirectory = () => mkdtemp(join(tmpdir(), 'lapse-dev-file-'))

const standIn = async (args?: readonly string[]) => {
  const process = await startStandIn(args)
  onTestFinished(process.stop)
  return process
}

test('is found from below, and only its owner may read it', async () => {
  const directory = await emptyDirectory()
  await writeDevFile(directory, content)

  const found = await findDevFile(join(directory, 'a', 'b'))

  expect(found).toEqual({ path: devFilePath(directory), dev: content })
  expect((await stat(devFilePath(directory))).mode & 0o777).toBe(0o600)
  expect((await stat(dirname(devFilePath(directory)))).mode & 0o777).toBe(0o700)
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
  const other = await startStandIn()
  await writeDevFile(directory, { ...content, pid: other.pid })

  await expect(refuseSecondDev(directory)).rejects.toThrow(
    `lapse dev runs here already (process ${other.pid}); end it, or start this one in another folder`,
  )
  await other.stop()
  await refuseSecondDev(directory)
})

test.each([
  ['/usr/local/bin/lapse', 'dev'],
  ['/a b/packages/cli/bin/lapse.js', 'dev', '--free-ports'],
])('knows lapse dev by how it was started: %s %s', async (...args) => {
  const directory = await emptyDirectory()
  const { pid } = await standIn(args)
  await writeDevFile(directory, { ...content, pid })

  expect(await findRunningDev(join(directory, 'below'))).toEqual({ ...content, pid })
})

test.each([
  [['lapse.js', 'demo']],
  [['collapse', 'dev']],
  [['lapse', '--help', 'dev']],
  [['relapse.js', 'dev']],
])('takes no other process for it: %j', async (args) => {
  const directory = await emptyDirectory()
  await writeDevFile(directory, { ...content, pid: (await standIn(args)).pid })

  await expect(findRunningDev(directory)).rejects.toThrow('lapse dev has ended without removing')
  await refuseSecondDev(directory)
})

test.each([1, process.pid, process.ppid, 2 ** 30, -1, 0, 1.5])(
  'does not believe that process %d is lapse dev',
  async (pid) => {
    const directory = await emptyDirectory()
    await writeDevFile(directory, { ...content, pid })

    await expect(findRunningDev(directory)).rejects.toThrow('lapse dev has ended without removing')
  },
)

/** What an intruder makes of a file that was written well. */
const intrusions: Readonly<Record<string, (directory: string, path: string) => Promise<unknown>>> =
  {
    'the file may be written by its group': (_, path) => chmod(path, 0o620),
    'the file may be written by everybody': (_, path) => chmod(path, 0o602),
    'the folder may be written by others': (_, path) => chmod(dirname(path), 0o777),
    'the file is a link': async (directory, path) => {
      await rename(path, join(directory, 'elsewhere'))
      await symlink(join(directory, 'elsewhere'), path)
    },
    'the folder is a link': async (directory, path) => {
      await rename(dirname(path), join(directory, 'elsewhere'))
      await symlink(join(directory, 'elsewhere'), dirname(path))
    },
    'the file is a folder': async (_, path) => {
      await rm(path)
      await mkdir(path)
    },
  }

test.each(Object.keys(intrusions))('is not believed where %s', async (intrusion) => {
  const directory = await emptyDirectory()
  await writeDevFile(directory, { ...content, pid: (await standIn()).pid })
  await intrusions[intrusion]?.(directory, devFilePath(directory))

  for (const ask of [findDevFile, findRunningDev, refuseSecondDev]) {
    await expect(ask(directory)).rejects.toThrow(/dev\.json is not believed: [^\n]+; remove it/)
  }
})

const isRoot = process.getuid?.() === 0

test.runIf(isRoot).each(['file', 'folder'])(
  'is not believed where its %s belongs to somebody else',
  async (what) => {
    const directory = await emptyDirectory()
    await writeDevFile(directory, { ...content, pid: (await standIn()).pid })
    const path = devFilePath(directory)
    await chown(what === 'file' ? path : dirname(path), 12345, 12345)

    await expect(findRunningDev(directory)).rejects.toThrow('belongs to somebody else')
  },
)

test.each([
  { environment: { ...content.environment, ORY_ADMIN_URL: 'http://evil.example' } },
  { environment: { USER_DELETED_QUEUE_URL: 'https://sqs.eu-west-1.amazonaws.com/1/q' } },
  { environment: { AWS_ENDPOINT_URL_SQS: 'http://127.0.0.1:1@evil.example' } },
  { environment: { AWS_ENDPOINT_URL_SQS: 'http://127.0.0.1.evil.example' } },
  { environment: { AWS_ENDPOINT_URL_SQS: 'http://10.0.0.1' } },
  { environment: { AWS_ENDPOINT_URL_SQS: '' } },
  { environment: { AWS_ENDPOINT_URL_SQS: 'ftp://127.0.0.1' } },
  { endpoints: { sqs: 'http://evil.example' } },
  { queues: [{ name: 'q', url: 'http://127.0.0.1/q', dlq_url: 'http://evil.example/q' }] },
  { queues: { q: ['http://evil.example'] } },
  { webhooks: { clerk: { url: 'http://evil.example', secret_id: 's', secret: 'x' } } },
])('is not believed where it names a server elsewhere: %o', async (change) => {
  const directory = await emptyDirectory()
  const dev = { ...content, pid: (await standIn()).pid, ...change } as DevFile
  await writeDevFile(directory, dev)

  await expect(findRunningDev(directory)).rejects.toThrow(
    /is not believed: \w+ is not the URL of a server on this machine; remove it/,
  )
})

test('is written to a file of its own and put in place, so that no link is followed', async () => {
  const directory = await emptyDirectory()
  const path = devFilePath(directory)
  const target = join(directory, 'precious')
  await writeFile(target, 'precious')
  await mkdir(dirname(path))
  await symlink(target, path)

  await writeDevFile(directory, content)
  expect(await readFile(target, 'utf8')).toBe('precious')
  expect((await lstat(path)).isFile()).toBe(true)

  await rm(path)
  await link(target, path)
  await writeDevFile(directory, content)
  expect(await readFile(target, 'utf8')).toBe('precious')
  expect((await stat(path)).mode & 0o777).toBe(0o600)
  expect(await readdir(dirname(path))).toEqual(['dev.json'])
})

test('is written into no folder that is a link, and closes one that others may write to', async () => {
  const directory = await emptyDirectory()
  const elsewhere = await emptyDirectory()
  await symlink(elsewhere, join(directory, '.lapse'))
  await expect(writeDevFile(directory, content)).rejects.toMatchObject({ code: 'ENOTDIR' })
  expect(await readdir(elsewhere)).toEqual([])

  await rm(join(directory, '.lapse'))
  await mkdir(join(directory, '.lapse'))
  await chmod(join(directory, '.lapse'), 0o777)
  await writeDevFile(directory, content)
  expect((await findDevFile(directory))?.dev).toEqual(content)
})

test('leaves no draft behind where it cannot be put in place', async () => {
  const directory = await emptyDirectory()
  await mkdir(devFilePath(directory), { recursive: true })

  await expect(writeDevFile(directory, content)).rejects.toThrow()
  expect(await readdir(dirname(devFilePath(directory)))).toEqual(['dev.json'])
})

test.each([
  '',
  'null',
  '{"pid":1}',
  '{"pid":"1","environment":{}}',
  '{',
  `{"pid":1,"environment":{},"filler":"${'x'.repeat(1_048_576)}"}`,
])('is not taken for one where it holds %.30j', async (text) => {
  const directory = await emptyDirectory()
  await mkdir(join(directory, '.lapse'))
  await writeFile(devFilePath(directory), text)

  expect((await findDevFile(directory))?.path).not.toBe(devFilePath(directory))
})
