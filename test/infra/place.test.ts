import { beforeAll, expect, test } from 'vitest'
import { placeText } from '../../infra/place-text.ts'
import type { RotatedClient } from '../../infra/rotated-clients.ts'
import { parseStageDocument } from '../../packages/cli/src/place/stage-document.ts'
import { stageVariables } from '../../packages/cli/src/place/stage-variables.ts'
import type { Bag } from './engine/answers.ts'
import { account, region } from './engine/answers.ts'
import { type SynthesisOptions, synthesize } from './engine/synthesize.ts'
import { network, selfHosted } from './settings.ts'
import { Stack, stemOf, types } from './stack.ts'

const around = { account, region, partition: 'aws', sqsEndpoint: 'https://sqs.example' }

async function stackOf(options: Omit<SynthesisOptions, 'stage'>): Promise<Stack> {
  return new Stack((await synthesize({ stage: 'test', ...options })).resources)
}

const placeIn = (stack: Stack) => String(stack.some(types.parameter)[0]?.inputs['value'])

const documentIn = (stack: Stack) => parseStageDocument(placeIn(stack), 'the parameter')

let stack: Stack

beforeAll(async () => {
  stack = await stackOf({ settings: network })
})

/** What a function is told. */
function told(stem: string): Bag {
  const lambda = stack.some(types.function).find((one) => stemOf(one) === stem)
  return ((lambda?.inputs['environment'] ?? {}) as { variables: Bag }).variables
}

test.each(['user-deleted', 'app-offboarded', 'key-rotated'])(
  'a command is told of the queues, the ledger and the settings that %s is told of',
  (stem) => {
    const variables = stageVariables('test', documentIn(stack), around)
    const wanted = Object.entries(told(stem)).filter(([name]) =>
      /_QUEUE_URL$|_DLQ_URL$|^LEDGER_TABLE$|_SUBJECT_FIELD$/.test(name),
    )

    expect(wanted.length).toBeGreaterThan(4)
    expect(variables).toMatchObject(Object.fromEntries(wanted))
  },
)

test('the secrets are those whose ARNs functions are told, by name', () => {
  const { secrets } = documentIn(stack)
  const arn = (name = '') => expect.stringMatching(`:secret:${name}-\\w{6}$`)

  expect(told('user-deleted')).toMatchObject({
    LEDGER_KEY_SECRET_ID: arn(secrets.ledgerKey),
    ORY_API_KEY_SECRET_ID: arn(secrets.apiKey),
  })
})

test('a stage whose Ory has no key names none', async () => {
  expect(documentIn(await stackOf({ settings: selfHosted })).secrets.apiKey).toBeUndefined()
})

test('DLQs of topics, rules and scheduled functions are named as well', () => {
  expect(Object.keys(documentIn(stack).dlqs)).toEqual([
    'user-events',
    'user-events-rule',
    'ory-events',
    'ory-updates',
    'sweep',
    'seal',
  ])
})

/** Letters that SST adds to a name, which the stack has none of here. */
const added = 'lapse-production--xxxxxxxx'.length

test('the place of any stage has room for its rotated clients, as AWS names things', () => {
  const { queues, dlqs } = documentIn(stack)
  const names = Object.values(queues).flat().length + Object.values(dlqs).length + 1

  expect(Buffer.byteLength(placeIn(stack)) + names * added).toBeLessThan(3000)
})

const clients = (count: number): readonly RotatedClient[] =>
  Array.from({ length: count }, (_, index) => ({
    name: `Client${index}`,
    clientId: `client-${index}`,
    everyDays: 30,
    overlap: 'PT1H',
  }))

test('rotated clients that there is no room for are left out, and nothing else is', async () => {
  const many = documentIn(await stackOf({ settings: { ...network, rotatedClients: clients(300) } }))
  const few = documentIn(await stackOf({ settings: { ...network, rotatedClients: clients(50) } }))

  expect(few.rotated).toEqual({ PT1H: clients(50).map(({ name }) => name) })
  expect(many).toEqual({ ...few, rotated: undefined })
})

test('what there is no room for at all is said in a line, before AWS would refuse it', () => {
  const urls = { admin: `https://ory.example/${'é'.repeat(2040)}` }

  expect(() => placeText({ urls }, {})).toThrow(
    /^place: what says where this stage is takes 41\d\d bytes, and a parameter has room for 4096; /,
  )
  expect(placeText({ urls: 'x'.repeat(4085) }, { PT1H: ['Mail'] })).toHaveLength(4096)
})
