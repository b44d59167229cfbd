import { once } from 'node:events'
import { access, mkdtemp, readFile, symlink, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startOryEmulator } from '@lapse/ory-emulator'
import { expect, test } from 'vitest'
import { secretsManagerAt } from '../demo/secrets-manager.ts'
import type { DevFile } from '../dev-file.ts'
import { runLapse, startLapse } from '../testing/lapse-process.ts'
import { root, startUnderNpx } from '../testing/npx-process.ts'

const event = JSON.stringify({
  specversion: '1.0',
  id: 'e-1',
  source: 'https://accounts.example',
  type: 'user.deleted',
  time: '2026-01-02T03:04:05Z',
  data: { subject: 'alice' },
})

test.concurrent('processes events until it is asked to end, and tells others where it is', async () => {
  const cwd = await mkdtemp(join(tmpdir(), 'lapse-dev-'))
  const path = join(cwd, '.lapse', 'dev.json')
  const running = startLapse(['dev', '--free-ports'], { cwd })
  await running.said(/Ctrl-C stops everything/)
  const dev = JSON.parse(await readFile(path, 'utf8')) as DevFile

  const sent = await runLapse(['send', '-'], { cwd, stdin: event })
  const said = await running.said(/follow-up +the same again/)
  const { ORY_ADMIN_URL = '' } = dev.environment
  const call = secretsManagerAt(dev.endpoints['secretsManager'] ?? '')
  const { url, secret_id: SecretId, secret = 'none' } = dev.webhooks['clerk'] ?? {}
  const { SecretString } = await call('GetSecretValue', { SecretId })
  const plan = await runLapse(['plan', 'user-deleted', '--subject', 'x'], {
    env: { ORY_ADMIN_URL },
  })
  running.process.kill('SIGTERM')
  const ended = await running.ended

  expect(sent).toMatchObject({ code: 0, stderr: '' })
  expect(said).toContain(/sent +(\S+)/.exec(sent.stdout)?.[1])
  expect(said).toMatch(/user-deleted, first pass closed/)
  expect(said).not.toMatch(/alice is|stay on the queue/)
  expect(plan.code).toBe(0)
  expect({ url, secret }).toEqual({
    url: `${dev.endpoints['webhooks']}/webhooks/clerk`,
    secret: SecretString,
  })
  expect(said).toMatch(/under "webhooks" every source with the secret/)
  expect(said).not.toContain(secret)
  for (const url of Object.values(dev.endpoints)) {
    expect(said).toContain(url)
    await expect(fetch(url)).rejects.toThrow()
  }
  expect(dev.pid).toBe(running.process.pid)
  expect(ended).toMatchObject({ code: 0, signal: null })
  expect(ended.stderr).toMatch(/^starting .*\nready in .*\nstopping …\nstopped\n$/)
  await expect(access(path)).rejects.toThrow()
})

test.concurrent('lets Ory fail at will, from the start and while it runs', async () => {
  const cwd = await mkdtemp(join(tmpdir(), 'lapse-dev-'))
  const running = startLapse(['dev', '--free-ports', '--fault', 'ory-down'], { cwd })
  const said = await running.said(/Ory answers 503 to everything \(ory-down\)/)
  const dev = JSON.parse(await readFile(join(cwd, '.lapse', 'dev.json'), 'utf8')) as DevFile
  const statusOf = async (path: string) =>
    (await fetch(`${dev.endpoints['oryAdmin']}${path}`, { method: 'DELETE' })).status

  expect(said).not.toMatch(/^ +keys$/m)
  expect(await statusOf('/admin/clients/mail')).toBe(503)
  expect(await runLapse(['dev', 'fault', 'lying-204'], { cwd })).toMatchObject({
    code: 0,
    stdout: 'Ory answers 204 to every deletion, and deletes nothing (lying-204)\n',
  })
  expect(await statusOf('/admin/clients/mail')).toBe(204)
  expect((await runLapse(['dev', 'fault', 'none'], { cwd })).code).toBe(0)
  expect(await statusOf('/admin/clients/mail')).toBe(404)
  expect(await runLapse(['dev', 'fault', 'tired'], { cwd })).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/^lapse: tired is not a fault; give one of ory-down, [^\n]+\n$/),
  })
  running.process.kill('SIGTERM')
  expect((await running.ended).code).toBe(0)
})

test.concurrent('takes an Ory of this machine in place of the emulated one', async () => {
  await using ory = await startOryEmulator({ seed: { clients: [{ client_id: 'mail' }] } })
  const cwd = await mkdtemp(join(tmpdir(), 'lapse-dev-'))
  const env = { ORY_ADMIN_URL: ory.adminUrl, ORY_PUBLIC_URL: ory.publicUrl }
  const seeded = await runLapse(['dev', '--free-ports', '--seed'], { cwd, env })
  expect(seeded.stderr).toMatch(/^lapse: --seed is for the emulated Ory; take ORY_ADMIN_URL /)

  const running = startLapse(['dev', '--free-ports'], { cwd, env })
  await running.said(/Ory is the one at http\S+, as ORY_ADMIN_URL says, and answers\./)
  const app = await runLapse(['example', 'app.offboarded', '--mode', 'delete'], { cwd })
  const sent = await runLapse(['send', '--wait'], { cwd, stdin: app.stdout })
  running.process.kill('SIGTERM')
  await running.ended

  expect(sent.stderr).toBe('')
  expect(sent.stdout).toMatch(/app-offboarded, first pass closed/)
  expect((await fetch(`${ory.adminUrl}/admin/clients/mail`)).status).toBe(404)
})

const pending = 'AWSPENDING'
const rotated = [{ secretId: 'app/notes', overlap: 'PT1H' }]
const credential = { client_id: 'notes', client_secret: 'n-0123456789-s3cret' }

/** A client whose secret is in the Secrets Manager of a lapse dev, with rotation turned on. */
async function createRotatedClient({ environment, endpoints, functions }: DevFile): Promise<void> {
  await fetch(`${environment['ORY_ADMIN_URL']}/admin/clients`, {
    method: 'POST',
    body: JSON.stringify({ ...credential, grant_types: ['client_credentials'] }),
  })
  const call = secretsManagerAt(endpoints['secretsManager'] ?? '')
  await call('CreateSecret', { Name: 'app/notes', SecretString: JSON.stringify(credential) })
  await call('RotateSecret', {
    SecretId: 'app/notes',
    RotationLambdaARN: functions['rotate-client-secret'],
    RotateImmediately: false,
  })
  // Secrets Manager tries the function first, with a version that is pending meanwhile.
  while (JSON.stringify(await call('DescribeSecret', { SecretId: 'app/notes' })).includes(pending));
}

test.concurrent('rotates by hand what it is told of, and rolls it back, and says where it is in JSON', async () => {
  const cwd = await mkdtemp(join(tmpdir(), 'lapse-dev-'))
  const env = { ROTATED_SECRETS: JSON.stringify(rotated) }
  const running = startLapse(['dev', '--free-ports', '--json'], { cwd, env })
  const said = await running.said(/\n/)
  const { pid, file, endpoints, ports, queues } = JSON.parse(said)
  const dev = JSON.parse(await readFile(file, 'utf8')) as DevFile
  await createRotatedClient(dev)

  const started = await runLapse(['rotate', 'app/notes'], { cwd })
  await running.told(/app\/notes {2}rotated to/)
  const status = await runLapse(['rotate', '--status'], { cwd })
  const again = await runLapse(['rotate', 'app/notes'], { cwd })
  const back = await runLapse(['rotate', '--rollback', 'app/notes'], { cwd })
  const after = await runLapse(['rotate', '--status', '--json'], { cwd })
  running.process.kill('SIGTERM')
  const { code, stdout, stderr } = await running.ended

  const versionId = /started +(\S+)/.exec(started.stdout)?.[1] ?? 'none'
  expect(started).toMatchObject({ code: 0, stderr: '' })
  expect(status.stdout).toMatch(new RegExp(`AWSCURRENT.* +${versionId}\n`))
  expect(status.stdout).toMatch(/strategy +native, overlap\n/)
  expect(status.stdout).toMatch(/overlap +what is not at AWSCURRENT may work until/)
  expect(again).toMatchObject({ code: 1, stderr: expect.stringContaining('(overlap-open)') })
  expect(back).toMatchObject({ code: 0, stdout: expect.stringMatching(/^current {2}\S+\n/) })
  expect(back.stdout).not.toContain(versionId)
  expect(JSON.parse(after.stdout)).toMatchObject([{ phase: 'rolled-back' }])
  expect(after.stdout).not.toContain('AWSPENDING')
  expect({ code, stdout }).toEqual({ code: 0, stdout: said })
  expect(said.indexOf('\n')).toBe(said.length - 1)
  expect({ pid, endpoints, queues }).toEqual({
    pid: running.process.pid,
    endpoints: dev.endpoints,
    queues: dev.queues,
  })
  expect(file).toBe(join(cwd, '.lapse', 'dev.json'))
  expect(endpoints.oryAdmin).toBe(`http://127.0.0.1:${ports.oryAdmin}`)
  expect(stdout + stderr + status.stdout + after.stdout).not.toMatch(/s3cret|whsec_/)
})

test.concurrent('ends with the npx that started it, and takes its file away', async () => {
  const cwd = await mkdtemp(join(tmpdir(), 'lapse-dev-'))
  await symlink(join(root, 'node_modules'), join(cwd, 'node_modules'))
  const { npx, ready, over } = await startUnderNpx(['dev', '--free-ports', '--json'], cwd)
  const file = join(cwd, '.lapse', 'dev.json')
  await access(file)

  npx.kill('SIGKILL')
  await over

  await expect(access(file)).rejects.toThrow()
  for (const url of Object.values(ready.endpoints)) await expect(fetch(url)).rejects.toThrow()
})

test.concurrent('says in one line which port is taken', async () => {
  const other = createServer().listen(4445, '127.0.0.1')
  // Somebody else's lapse dev has it as well as we would.
  await Promise.race([once(other, 'listening'), once(other, 'error')]).catch(() => undefined)

  const cwd = await mkdtemp(join(tmpdir(), 'lapse-dev-'))
  const { code, stdout, stderr } = await runLapse(['dev'], { cwd })
  other.close()

  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  expect(stderr).toMatch(/\nlapse: port 444[45], for the Ory emulator, is taken; [^\n]+\n$/)
  await expect(access(join(cwd, '.lapse'))).rejects.toThrow()
})

test.concurrent('starts nothing it cannot tell others of', async () => {
  const cwd = await mkdtemp(join(tmpdir(), 'lapse-dev-'))
  await writeFile(join(cwd, '.lapse'), 'in the way')

  const { code, stdout, stderr } = await runLapse(['dev', '--free-ports'], { cwd })

  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  expect(stderr).toMatch(/\nlapse: cannot write [^\n]+dev\.json \(\w+\); [^\n]+\n$/)
})

test('sets an overwritten credential right, once the name is typed out', async () => {
  const cwd = await mkdtemp(join(tmpdir(), 'lapse-dev-'))
  const env = { ROTATED_SECRETS: JSON.stringify(rotated) }
  const running = startLapse(['dev', '--free-ports'], { cwd, env })
  await running.said(/Ctrl-C stops everything/)
  const dev = JSON.parse(await readFile(join(cwd, '.lapse', 'dev.json'), 'utf8')) as DevFile
  await createRotatedClient(dev)
  await fetch(`${dev.environment['ORY_ADMIN_URL']}/admin/clients/notes`, {
    method: 'PATCH',
    body: JSON.stringify([{ op: 'replace', path: '/client_secret', value: 'somebody-elses' }]),
  })
  const lapse = (args: readonly string[], stdin = '') =>
    runLapse(['rotate', ...args], { cwd, stdin })

  const status = await lapse(['--status'])
  const rotating = await lapse(['app/notes'])
  const untyped = await lapse(['app/notes', '--repair'], 'app/note\n')
  const repaired = await lapse(['app/notes', '--repair'], 'app/notes\n')
  const again = await lapse(['app/notes', '--repair'], 'app/notes\n')
  const well = await lapse(['--status'])
  running.process.kill('SIGTERM')
  await running.ended

  expect(status.stdout).toMatch(
    /^app\/notes\n {2}verdict +overwritten: .*\n {2}next +lapse rotate app\/notes --repair\n/,
  )
  expect(well.stdout).toMatch(/^app\/notes\n {2}verdict +well\n/)
  expect(rotating).toMatchObject({ code: 1, stdout: '' })
  expect(rotating.stderr).toMatch(
    /lapse rotate app\/notes --repair sets it right \(current-refused/,
  )
  expect(untyped).toMatchObject({ code: 1, stderr: expect.stringContaining('nothing was done') })
  expect(untyped.stdout).toMatch(/^app\/notes\n {2}client +notes\n/)
  expect(untyped.stdout).toContain("type the secret's name")
  expect(repaired).toMatchObject({ code: 0, stderr: '' })
  expect(repaired.stdout).toMatch(/^current {2}\S+\n/m)
  expect(again).toMatchObject({ code: 1, stderr: expect.stringContaining('(current-accepted)') })
  expect(repaired.stdout + rotating.stderr).not.toContain('somebody-elses')
})
