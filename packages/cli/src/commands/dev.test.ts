import { once } from 'node:events'
import { access, mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import type { DevFile } from '../dev-file.ts'
import { runLapse, startLapse } from '../testing/lapse-process.ts'

// Each of these starts processes, on a machine that may have others to run.
vi.setConfig({ testTimeout: 60_000 })

const event = JSON.stringify({
  specversion: '1.0',
  id: 'e-1',
  source: 'https://accounts.example',
  type: 'user.deleted',
  time: '2026-01-02T03:04:05Z',
  data: { subject: 'alice' },
})

test.concurrent('works events off until it is asked to end, and tells others where it is', {
  timeout: 30_000,
}, async () => {
  const cwd = await mkdtemp(join(tmpdir(), 'lapse-dev-'))
  const path = join(cwd, '.lapse', 'dev.json')
  const running = startLapse(['dev', '--free-ports'], { cwd })
  await running.said(/Ctrl-C stops everything/)
  const dev = JSON.parse(await readFile(path, 'utf8')) as DevFile

  const sent = await runLapse(['send', '-'], { cwd, stdin: event })
  const said = await running.said(/follow-up +the same again/)
  const { ORY_ADMIN_URL = '' } = dev.environment
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
  for (const url of Object.values(dev.endpoints)) {
    expect(said).toContain(url)
    await expect(fetch(url)).rejects.toThrow()
  }
  expect(dev.pid).toBe(running.process.pid)
  expect(ended).toMatchObject({ code: 0, signal: null })
  expect(ended.stderr).toMatch(/^starting .*\nready in .*\nstopping …\nstopped\n$/)
  await expect(access(path)).rejects.toThrow()
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
