import { deepEqual, equal, match } from 'node:assert/strict'
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { secretsManagerAt } from '../../../packages/cli/src/demo/secrets-manager.ts'
import { parseCredential } from '../../../packages/core/src/rotation/credential.ts'
import { blocksOf } from '../blocks.ts'
import type { Step } from '../step.ts'
import type { World } from '../world.ts'

const standard = blocksOf('webhooks.md').find(({ name }) => name === 'webhooks.md#standard 1')

/** As its owner would have it; the page shows it as `…`. */
const credential = { client_id: 'mail', client_secret: 'as-registered-0123456789' }

/** deploy.md, with what a deployment makes and the local system calls otherwise made beforehand. */
export const steps: readonly Step[] = [
  {
    block: 'deploy.md#settings 1',
    check: async (_ran, world) => {
      const written = await readFile(join(world.folder, '.env.production'), 'utf8')
      match(written, /^(\w+=\S+\n){3}$/)
    },
  },
  {
    block: 'deploy.md#deploy 2',
    before: writeOutputs,
    check: async (_ran, world) => {
      const { stdout } = await world.run('out ledgerTable')
      equal(stdout, `${world.dev.environment['LEDGER_TABLE']}\n`)
    },
  },
  {
    block: 'deploy.md#deploy 3',
    before: async (world) => {
      await call(world)('CreateSecret', { Name: 'lapse/production/ory-api-key' })
    },
    how: () => ({ stdin: 'ory_pat_0123456789\n' }),
    check: async ({ stdout }, world) => {
      equal(stdout.includes('ory_pat'), false)
      equal(await valueOfSecret('lapse/production/ory-api-key', world), 'ory_pat_0123456789')
    },
  },
  {
    block: 'deploy.md#the-first-event 1',
    check: async (_ran, world) => {
      const event = JSON.parse(await readFile(join(world.folder, 'event.json'), 'utf8'))
      equal(event.data.subject, 'a-test-user')
      await world.said(new RegExp(`  event +${event.id} from https://accounts.example`))
    },
  },
  {
    block: 'deploy.md#the-first-event 3',
    before: async (world) => {
      await world.write('send.mjs', standard?.code ?? '')
      await call(world)('CreateSecret', {
        Name: 'lapse/production/webhooks/standard',
        SecretString: world.dev.webhooks['standard']?.secret,
      })
    },
    check: ({ stdout }) => match(stdout, /^202 \{"id":"[^"]+"\}\n$/),
  },
  {
    block: 'deploy.md#rotated-clients 1',
    // That a deployment takes it is for the stack's own tests to say, which have its types.
    check: (_ran, _world, { code }) =>
      equal(new Function(`return ${code}`)().clientId, credential.client_id),
  },
  {
    block: 'deploy.md#rotated-clients 2',
    check: (_ran, _world, { code }) =>
      deepEqual(Object.keys(parseCredential(code)), Object.keys(credential)),
  },
  {
    block: 'deploy.md#rotated-clients 3',
    check: (_ran, _world, { code }) =>
      deepEqual(Object.keys(parseCredential(code)), ['client_id', 'private_jwk']),
  },
  {
    block: 'deploy.md#rotated-clients 4',
    before: async (world) => {
      await fetch(`${world.dev.endpoints['oryAdmin']}/admin/clients/mail`, {
        method: 'PATCH',
        body: JSON.stringify([
          { op: 'replace', path: '/client_secret', value: credential.client_secret },
        ]),
      })
      await call(world)('CreateSecret', { Name: mailsSecret, SecretString: '{"client_id":"mail"}' })
    },
    how: () => ({ stdin: `${JSON.stringify(credential)}\n` }),
    check: async (_ran, world) =>
      deepEqual(JSON.parse(await valueOfSecret(mailsSecret, world)), credential),
  },
  {
    block: 'deploy.md#rotated-clients 5',
    before: async (world) => {
      const { oryAdmin, oryPublic } = world.dev.endpoints
      const filledIn = `ORY_ADMIN_URL=${oryAdmin}\nORY_PUBLIC_URL=${oryPublic}\n`
      await world.write('.env.production', filledIn)
    },
    check: ({ stdout }) => match(stdout, /^lapse\/production\/clients\/Mail\n {2}verdict /),
  },
]

const mailsSecret = 'lapse/production/clients/Mail'

const call = ({ dev }: World) => secretsManagerAt(dev.endpoints['secretsManager'] ?? '')

async function valueOfSecret(SecretId: string, world: World): Promise<string> {
  const { SecretString } = await call(world)('GetSecretValue', { SecretId })
  return String(SecretString)
}

/** What `sst deploy` leaves behind, as far as it is on this machine. */
async function writeOutputs({ dev, folder, write }: World): Promise<void> {
  await mkdir(join(folder, '.sst'))
  const outputs = {
    userDeletedQueue: dev.environment['USER_DELETED_QUEUE_URL'],
    ledgerTable: dev.environment['LEDGER_TABLE'],
    webhooks: `${dev.endpoints['webhooks']}/`,
  }
  await write('.sst/outputs.json', JSON.stringify(outputs))
}
