import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { root } from './engine/platform.ts'
import { synthesize } from './engine/synthesize.ts'
import { least, mail } from './settings.ts'
import { Stack, types } from './stack.ts'

const page = readFileSync(resolve(root, 'docs/deploy.md'), 'utf8')

let plain: Stack
let rotating: Stack
let streaming: Stack
let listening: Stack

beforeAll(async () => {
  const stackOf = async (change: object) =>
    new Stack(
      (await synthesize({ stage: 'production', settings: { ...least, ...change } })).resources,
    )
  plain = new Stack((await synthesize({ stage: 'production' })).resources)
  rotating = await stackOf({ rotatedClients: [mail] })
  listening = await stackOf({ webhookSources: ['standard', 'clerk'] })
  streaming = await stackOf({ oryProjectId: 'b3a6e1f2-0000-4000-8000-000000000001' })
})

test.each([
  [
    'keys',
    () => {
      const keys = plain.some(types.key).length
      return `| KMS key, 1.00 | ${keys}; one more for each of its first two rotations | ${keys}.00 |`
    },
  ],
  [
    'secrets',
    () => {
      const secrets = plain.some(types.secret).length
      return `| secrets, 0.40 | ${secrets}; and each further webhook source and rotated client | ${(secrets * 0.4).toFixed(2)} |`
    },
  ],
  [
    'alarms',
    () => {
      const alarms = plain.some(types.alarm).length
      const more = (stack: Stack) => stack.some(types.alarm).length - alarms
      return `| alarms, 0.10 | ${alarms}; ${more(rotating)} more with a rotated client, ${more(streaming)} with \`oryProjectId\`, ${more(listening)} with each further webhook source | ${(alarms * 0.1).toFixed(2)} |`
    },
  ],
  [
    'queues that are polled',
    () => `| SQS, empty receives | Lambda polls ${plain.some(types.mapping).length} queues, `,
  ],
])('what the stack costs by the month follows from its %s', (_what, line) => {
  expect(page).toContain(line())
})
