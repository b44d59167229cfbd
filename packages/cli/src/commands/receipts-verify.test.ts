import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { runLapse } from '../testing/lapse-process.ts'

const fixtures = fileURLToPath(new URL('../../../../test/receipts-log/fixtures/', import.meta.url))
const key = readFileSync(`${fixtures}log.vkey`, 'utf8').trim()
const trusting = ['--key', key, '--checkpoint', 'ten.checkpoint']

const verify = (...args: readonly string[]) =>
  runLapse(['receipts', 'verify', ...args], { cwd: fixtures })

test.concurrent('says in a line that a log is valid, and as of when', async () => {
  expect(await verify('valid.receipts', ...trusting)).toEqual({
    code: 0,
    signal: null,
    stderr: '',
    stdout:
      'valid: valid.receipts: the trusted checkpoint covers it (checkpoint of 10 receipts, 2026-11-01 12:05:00Z)\n',
  })
  const { code, stdout } = await verify('valid-as-of.tlog-proof', '--key', key)
  expect(code).toBe(0)
  expect(stdout).toMatch(/^valid-as-of: valid-as-of\.tlog-proof, receipt 3: .*of 10 receipts/)
})

test.concurrent('tells which receipt a proof discloses, and nothing of one that is refused', async () => {
  const proof = 'valid-as-of.tlog-proof'
  const { stdout } = await verify(proof, '--key', key)
  expect(stdout).toMatch(
    /\n {2}user-deleted, first, done, closed 2026-11-01 10:00:03Z: subject 03b3a59f[0-9a-f]{56}; event event-3\n$/,
  )
  const { files } = JSON.parse((await verify(proof, '--key', key, '--json')).stdout)
  expect(files).toMatchObject([{ receipt: { event: { id: 'event-3' }, result: 'done' } }])

  const refused = await verify(proof, '--key', key, '--max-age', '1h', '--json')
  expect(JSON.parse(refused.stdout).files).toMatchObject([{ verdict: 'expired' }])
  expect(refused.stdout).not.toContain('event-3')
})

test.concurrent('ends in a 1 where one of several files is not valid, and shows them all', async () => {
  const { code, stdout, stderr } = await verify(
    'valid.receipts',
    'missing.receipts',
    'forked.tlog-proof',
    ...trusting,
  )

  expect(code).toBe(1)
  expect(stdout.split('\n').map((line) => line.split(':')[0])).toEqual([
    'valid',
    'missing',
    'forked',
    '',
  ])
  expect(stderr).toMatch(/^lapse: 2 of 3 files cannot be relied on; [^\n]+\n$/)
})

test.concurrent('prints one JSON document', async () => {
  const { code, stdout } = await verify('truncated-tail.receipts', '--json', ...trusting)

  expect(code).toBe(1)
  expect(JSON.parse(stdout)).toEqual({
    files: [
      {
        file: 'truncated-tail.receipts',
        verdict: 'truncated-tail',
        reason: 'the last receipts are not there',
        index: 9,
        checkpoint: { size: 10, time: '2026-11-01T12:05:00.000Z' },
      },
    ],
  })
})

test.concurrent('reads standard input, and refuses what is not UTF-8', async () => {
  const stdin = Buffer.concat([readFileSync(`${fixtures}valid.receipts`), Buffer.of(0xff)])
  const args = ['receipts', 'verify', '-', '--key', key]

  expect(await runLapse(args, { stdin })).toMatchObject({
    code: 1,
    stdout: 'altered: -: it is not UTF-8\n',
  })
})

test.concurrent.each([
  [['valid.receipts'], /--key <vkey>' not specified; lapse receipts verify --help shows how/],
  [['--key', key], /missing required argument 'file'/],
  [['valid.receipts', '--key', 'x'], /--key: the key is not an Ed25519 verifier key/],
  [['gone.receipts', '--key', key], /cannot read gone\.receipts: there is no such file; give/],
  [['valid.receipts', '--key', key, '--checkpoint', 'gone'], /cannot read gone: .* a checkpoint/],
  [['valid.receipts', '--key', key, '--max-age', 'soon'], /--max-age is not a duration/],
])('says in one line what is wrong with %j', async (args, problem) => {
  const { code, stdout, stderr } = await verify(...args)

  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr).toMatch(/^lapse: [^\n]+\n$/)
  expect(stderr).toMatch(problem)
})

test.concurrent('finds a checkpoint too old where it is asked to', async () => {
  const { code, stdout } = await verify('expired.receipts', '--max-age', '1h', ...trusting)

  expect(code).toBe(1)
  expect(stdout).toMatch(/^expired: /)
})
