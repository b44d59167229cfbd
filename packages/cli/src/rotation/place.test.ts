import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { protection } from '@lapse/aws/settings/protection'
import { afterAll, expect, test } from 'vitest'
import { writeDevFile } from '../dev-file.ts'
import { startStandIn } from '../testing/lapse-dev-stand-in.ts'
import { findRotationPlace } from './place.ts'

const standIn = await startStandIn()
afterAll(standIn.stop)

/** A directory in which a `lapse dev` with these settings runs. */
async function devWith(environment: Readonly<Record<string, string>>): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'lapse-place-'))
  await writeDevFile(directory, {
    pid: standIn.pid,
    started_at: '',
    endpoints: {},
    queues: [],
    webhooks: {},
    functions: {},
    environment: { ROTATED_SECRETS: '[]', ...environment },
  })
  return directory
}

test('protects what is protected here beside what lapse dev protects', async () => {
  const directory = await devWith({ PROTECTED_CLIENT_IDS: 'bank', PROTECTED_ISSUERS: 'https://i' })
  const here = { PROTECTED_CLIENT_IDS: '["mail"]', PROTECTED_OWNERS: '["Mail Co"]' }
  const { variables } = await findRotationPlace(here, directory)

  expect(protection(variables)).toEqual({
    protectedClientIds: ['bank', 'mail'],
    protectedOwners: ['Mail Co'],
    protectedIssuers: ['https://i'],
  })
})

test('goes by the environment alone where that names the secrets', async () => {
  const directory = await devWith({ PROTECTED_CLIENT_IDS: 'bank' })
  const here = { ROTATED_SECRETS: '[]', PROTECTED_CLIENT_IDS: 'mail' }

  expect((await findRotationPlace(here, directory)).variables).toBe(here)
})
