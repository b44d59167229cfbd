import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { writeDevFile } from '../dev-file.ts'
import { startStandIn } from '../testing/lapse-dev-stand-in.ts'
import { findPlanPlace } from './find-plan-place.ts'

const state = { directory: '', stop: async () => undefined as unknown }
const emptyDirectory = () => mkdtemp(join(tmpdir(), 'lapse-plan-'))
const atDev = 'http://127.0.0.1:4445'

beforeAll(async () => {
  const standIn = await startStandIn()
  state.stop = standIn.stop
  state.directory = await emptyDirectory()
  await writeDevFile(state.directory, devOf(standIn.pid))
})
afterAll(() => state.stop())

const devOf = (pid: number) => ({
  pid,
  started_at: '',
  endpoints: {},
  queues: [],
  webhooks: {},
  functions: {},
  environment: {
    AWS_ENDPOINT_URL_DYNAMODB: 'http://127.0.0.1:8000',
    LEDGER_TABLE: 'lapse-ledger',
    ORY_ADMIN_URL: atDev,
    PROTECTED_OWNERS: 'console',
  },
})

test('goes by the lapse dev that runs here, where no Ory is named or its own', async () => {
  for (const ORY_ADMIN_URL of [undefined, atDev, 'http://localhost:4445/']) {
    const place = await findPlanPlace({ ORY_ADMIN_URL, PROTECTED_OWNERS: 'bank' }, state.directory)

    expect(place.ory).toEqual({ adminUrl: atDev, apiKey: undefined })
    expect(place.ledger?.dynamoDb.endpoint).toBe('http://127.0.0.1:8000')
    expect(place.variables['PROTECTED_OWNERS']).toBe('["console","bank"]')
  }
})

test('asks no ledger of another Ory than the one that is named', async () => {
  const environment = { ORY_ADMIN_URL: 'http://127.0.0.1:4446', PROTECTED_OWNERS: 'bank' }

  const place = await findPlanPlace(environment, state.directory)

  expect(place).toEqual({
    ory: { adminUrl: 'http://127.0.0.1:4446', apiKey: undefined },
    variables: environment,
    ledger: undefined,
  })
})

test('goes by the ledger that is named, whatever runs here', async () => {
  const environment = { ORY_ADMIN_URL: atDev, LEDGER_TABLE: 'live' }

  const { variables, ledger } = await findPlanPlace(environment, state.directory)

  expect(variables).toBe(environment)
  expect(ledger).toMatchObject({ variables: environment, secretsManager: {}, dynamoDb: {} })
})

test('lets a lapse dev that is gone keep nobody from the Ory that is named', async () => {
  const directory = await emptyDirectory()
  const standIn = await startStandIn()
  await standIn.stop()
  await writeDevFile(directory, devOf(standIn.pid))

  expect((await findPlanPlace({ ORY_ADMIN_URL: atDev }, directory)).ledger).toBeUndefined()
  await expect(findPlanPlace({}, directory)).rejects.toThrow('lapse dev has ended')
})
