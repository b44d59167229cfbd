import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb'
import { expect, onTestFinished, test } from 'vitest'
import { runLapse, startLapse } from '../../packages/cli/src/testing/lapse-process.ts'
import { startSystem } from './system.ts'

const users = 45

/** A file of users in a folder of its own, and the command with the settings of a whole system. */
async function startStage() {
  const system = await startSystem({ emulator: { accounts: true } })
  onTestFinished(() => system.stop())
  const cwd = await mkdtemp(join(tmpdir(), 'lapse-run-'))
  const lines = Array.from({ length: users }, (_, index) => `{"sub":"wanderer-${index}"}`)
  await writeFile(
    join(cwd, 'users.ndjson'),
    `${[...lines, 'wanderer without quotes'].join('\n')}\n`,
  )
  const { local } = system
  const env = Object.fromEntries(
    Object.entries(local.environment).map(([name, value]) => [name, String(value)]),
  )
  const args = ['run', 'user-deleted', '--from', 'users.ndjson']
  return {
    system,
    /** Everything in the table, as text. */
    async ledger(): Promise<string> {
      const client = new DynamoDBClient({
        region: 'us-east-1',
        credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
        endpoint: local.endpoints.dynamoDb,
      })
      const TableName = String(env['LEDGER_TABLE'])
      const { Items } = await client.send(new ScanCommand({ TableName }))
      client.destroy()
      return JSON.stringify(Items)
    },
    run: (...options: string[]) => runLapse([...args, ...options], { cwd, env }),
    start: (...options: string[]) => startLapse([...args, ...options], { cwd, env }),
  }
}

test('a file of users goes from a shadow to its last receipt, and no subject is told', async () => {
  const stage = await startStage()
  await stage.system.emulator.seed({
    identities: [{ id: 'wanderer-1', sessions: 2 }],
    api_keys: [{ actor_id: 'wanderer-2', key_id: 'k1' }],
  })
  const shadow = await stage.run('--shadow')
  expect(shadow).toMatchObject({ code: 0 })
  expect(shadow.stdout).toContain('Nothing was sent or written.')
  expect(shadow.stdout).toMatch(/ listed for +2 users\n[\s\S]+\n {2}identity sessions +2\n/)
  expect(shadow.stdout).toMatch(/\n {2}issued API key +1\n/)
  expect(shadow.stdout).not.toContain('not looked at')
  expect(await stage.ledger()).not.toContain('backfill#')

  const [, hash = ''] = /^approve ([\da-f]+)$/m.exec(shadow.stdout) ?? []
  const refused = await stage.run('--approve', hash.replace(/^./, 'x'))
  expect(refused).toMatchObject({ code: 1, stdout: '' })
  expect(refused.stderr).toContain('lapse: nothing was sent: --approve is for another file')

  const ran = await stage.run('--approve', hash)
  expect(ran.stdout).toContain(`sent      ${users} of ${users} users\nreceipts  ${users}\n`)
  expect(ran.stdout).toContain(`  line ${users + 1}: it is not JSON`)
  expect(ran.stderr).toContain('lapse: 1 line held no user and was not sent')
  expect(ran.code).toBe(1)

  const told = [shadow, refused, ran].flatMap(({ stdout, stderr }) => [stdout, stderr])
  for (const text of [...told, ...stage.system.lines, await stage.ledger()])
    expect(text).not.toMatch(/wanderer/)
})

test('a run that is killed goes on where it was, and nobody is done twice', async () => {
  const stage = await startStage()
  const killed = stage.start('--yes')
  await killed.said(/goes on with 25/)
  killed.process.kill('SIGKILL')
  expect(await killed.ended).toMatchObject({ signal: 'SIGKILL' })

  const again = await stage.run('--yes')
  expect(again.stdout).toContain(`sent      ${users} of ${users} users\nreceipts  ${users}\n`)
  const rows = JSON.parse(await stage.ledger()) as { pk: { S: string }; sk: { S: string } }[]
  const firsts = rows.filter(({ pk, sk }) => pk.S.startsWith('user-deleted#') && sk.S === 'first')
  expect(firsts).toHaveLength(users)
  expect(rows.filter(({ pk }) => pk.S.startsWith('backfill#'))).toHaveLength(1)
})
