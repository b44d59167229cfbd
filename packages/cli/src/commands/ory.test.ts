import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { startLapse } from '../testing/lapse-process.ts'
import { startUnderNpx } from '../testing/npx-process.ts'

const anyPorts = ['--admin-port', '0', '--public-port', '0']
const isAlive = async (url: string | undefined) => {
  const answer = await fetch(`${url}/health/alive`).catch(() => undefined)
  return answer?.status === 200
}

test.each(['SIGTERM', 'SIGKILL'] as const)(
  'ends with the npx that started it, by %s too, unless it is detached',
  async (signal) => {
    const [attached, detached] = await Promise.all([
      startUnderNpx(['ory', '--json', ...anyPorts]),
      startUnderNpx(['ory', '--json', '--detach', ...anyPorts]),
    ])
    onTestFinished(() => void process.kill(detached.ready.pid))
    const { admin } = attached.ready.endpoints
    expect(await isAlive(admin)).toBe(true)

    detached.npx.kill(signal)
    attached.npx.kill(signal)
    await attached.over

    expect(await isAlive(admin)).toBe(false)
    expect(await isAlive(detached.ready.endpoints['admin'])).toBe(true)
  },
)

test('prints one line of JSON when it is ready, with URLs that answer', async () => {
  const running = startLapse(['ory', '--json', '--profile', 'v26.2', ...anyPorts])
  const said = await running.said(/\n/)
  const { pid, profile, endpoints, ports } = JSON.parse(said)

  expect(await isAlive(endpoints.admin)).toBe(true)
  expect(await isAlive(endpoints.public)).toBe(true)
  running.process.kill('SIGTERM')
  expect(await running.ended).toMatchObject({ code: 0, stdout: said, stderr: '' })
  expect({ pid, profile }).toEqual({ pid: running.process.pid, profile: 'v26.2' })
  expect(endpoints).toEqual({
    admin: `http://127.0.0.1:${ports.admin}`,
    public: `http://127.0.0.1:${ports.public}`,
  })
  expect(said.trimEnd()).not.toContain('\n')
})

const scratch = () => {
  const folder = mkdtempSync(join(tmpdir(), 'lapse-ory-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return folder
}

test('has what a seed names from the start, and a third port that tells of it', async () => {
  const seed = join(scratch(), 'seed.json')
  writeFileSync(seed, JSON.stringify({ clients: [{ client_id: 'mail', client_name: 'Mail' }] }))
  const running = startLapse(['ory', '--json', ...anyPorts, '--control-port', '0', '--seed', seed])
  const { endpoints } = JSON.parse(await running.said(/\n/))

  const client = await fetch(`${endpoints.admin}/admin/clients/mail`)
  const planted = await fetch(`${endpoints.control}/seed`)
  running.process.kill('SIGTERM')

  expect(await client.json()).toMatchObject({ client_name: 'Mail' })
  expect(planted.status).toBe(200)
  expect(await running.ended).toMatchObject({ code: 0, stderr: '' })
})

test('names the place in a seed that is wrong', async () => {
  const seed = join(scratch(), 'seed.json')
  writeFileSync(seed, JSON.stringify({ clients: [{ client_name: 7 }] }))

  const { code, stderr } = await startLapse(['ory', ...anyPorts, '--seed', seed]).ended

  expect(code).toBe(2)
  expect(stderr).toMatch(/^lapse: --seed: .*seed\.json: clients\[0\]\.client_id is missing\n$/)
})
