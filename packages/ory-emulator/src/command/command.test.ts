import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { afterEach, expect, test } from 'vitest'
import { startOryEmulator } from '../start.ts'
import { readOptions } from './options.ts'
import { startedJson } from './started.ts'

const bin = fileURLToPath(new URL('../bin.ts', import.meta.url))
const running: ChildProcess[] = []

afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL')
})

function run(...options: readonly string[]) {
  const child = spawn(process.execPath, [bin, ...options])
  running.push(child)
  return child
}

async function outcomeOf(...options: readonly string[]) {
  const child = run(...options)
  const said: string[] = []
  child.stderr.on('data', (chunk) => said.push(String(chunk)))
  const [code] = await once(child, 'close')
  return { code, said: said.join('') }
}

async function started() {
  const child = run('--json', '--profile', 'v26.2')
  const [line] = await once(child.stdout, 'data')
  return { child, ...JSON.parse(String(line)) }
}

test('the command tells its ports as one line of JSON, and ends by a signal', async () => {
  const { child, profile, adminUrl, adminPort, publicUrl, publicPort } = await started()

  expect(profile).toBe('v26.2')
  expect([adminUrl, publicUrl]).toEqual([
    `http://127.0.0.1:${adminPort}`,
    `http://127.0.0.1:${publicPort}`,
  ])
  expect((await fetch(`${adminUrl}/health/alive`)).status).toBe(200)
  child.kill('SIGTERM')
  expect(await once(child, 'close')).toEqual([0, null])
})

test('a port that is taken is told in one line', async () => {
  const { adminPort } = await started()

  expect(await outcomeOf('--admin-port', String(adminPort))).toEqual({
    code: 1,
    said: `lapse-ory: port ${adminPort} for the admin port is in use on 127.0.0.1; choose another, or 0 for any\n`,
  })
})

test('a mistake is told in one line', async () => {
  expect(await outcomeOf('--colour', 'red')).toEqual({
    code: 2,
    said: "lapse-ory: Unknown option '--colour'; see lapse-ory --help\n",
  })
})

test.each([
  [['--admin-port', '70000'], /^--admin-port is not a port; /],
  [['--public-port', '-1'], /^.*--public-port.*; see lapse-ory --help$/],
  [['--profile', 'v1'], /^--profile is head, v26.2 or network$/],
  [['--profile', 'head', '--profile', 'v26.2'], /^--profile is given twice; give it once$/],
  [['--profile'], /^.*--profile.*; see lapse-ory --help$/],
  [['4445'], /^.*4445.*; see lapse-ory --help$/],
])('%j is refused in one line', async (options, line) => {
  await expect(readOptions(options)).rejects.toThrow(line)
})

test('options are told to the emulator in its own words', async () => {
  expect(await readOptions(['--admin-port', '4445', '--public-port=4444', '--json'])).toEqual({
    start: { adminPort: 4445, publicPort: 4444 },
    json: true,
    help: false,
  })
})

test('an emulated Ory Network says the key that opens it', async () => {
  const { start } = await readOptions(['--profile', 'network'])
  await using emulator = await startOryEmulator(start)
  const { adminUrl, apiKey, profile } = JSON.parse(startedJson(emulator, start))
  const ask = (headers: Record<string, string>) => fetch(`${adminUrl}/admin/clients`, { headers })

  expect(profile).toBe('network')
  expect((await ask({})).status).toBe(401)
  expect((await ask({ authorization: `Bearer ${apiKey}` })).status).toBe(200)
})

test('a seed that is wrong is told in one line', async () => {
  expect(await outcomeOf('--seed', '/nowhere/ory.json')).toEqual({
    code: 1,
    said: 'lapse-ory: /nowhere/ory.json: there is no such file\n',
  })
})

test('the command opens a control port, and says where', async () => {
  const { controlUrl, adminUrl } = await started()

  expect(await (await fetch(controlUrl)).json()).toMatchObject({ adminUrl })
})
