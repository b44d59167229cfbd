import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test, vi } from 'vitest'
import { inAwsTime } from './aws-time.ts'
import { placeNamed } from './place.ts'
import { openRotation } from './rotation/open-rotation.ts'

const minute = 60_000

afterEach(() => void vi.restoreAllMocks())

/** A place whose DynamoDB says that it is so much later than this machine's clock does. */
async function placeThatIsAhead(aheadMs: number) {
  const server = createServer((_request, response) => {
    response.setHeader('date', new Date(Date.now() + aheadMs).toUTCString())
    response.end('{}')
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' }
  const dynamoDb = { region: 'us-east-1', endpoint: `http://127.0.0.1:${port}`, credentials }
  const variables = {
    LEDGER_TABLE: 'ledger',
    ROTATED_SECRETS: '[{"secretId":"lapse/Mail","overlap":"PT1H"}]',
    ORY_ADMIN_URL: 'http://127.0.0.1:1',
    ORY_PUBLIC_URL: 'http://127.0.0.1:1',
  }
  const stop = () => {
    server.close()
    server.closeAllConnections()
  }
  return { place: { ...placeNamed(variables), dynamoDb, secretsManager: dynamoDb }, stop }
}

function told() {
  const lines: string[] = []
  vi.spyOn(process.stderr, 'write').mockImplementation((line) => lines.push(String(line)) > 0)
  return lines
}

test.each([
  [5, /clock is .* behind AWS's/],
  [-90, /clock is .* ahead of AWS's/],
])('what is written goes by AWS where it is %d minutes ahead, and says so', async (by, says) => {
  const lines = told()
  const { place, stop } = await placeThatIsAhead(by * minute)
  const { clock, place: timed } = await inAwsTime(place)
  stop()
  const services = openRotation(timed, clock)
  await services.ory[Symbol.asyncDispose]()

  expect(Math.abs(services.clock.now() - Date.now() - by * minute)).toBeLessThan(minute)
  expect(lines.join('')).toMatch(says)
})

test('says nothing of a clock that is right, nor where no table is or answers', async () => {
  const lines = told()
  const { place, stop } = await placeThatIsAhead(0)
  const right = await inAwsTime(place)
  stop()
  const unreachable = await inAwsTime(place)
  const nowhere = await inAwsTime(placeNamed({}))

  for (const { clock } of [right, unreachable, nowhere])
    expect(Math.abs(clock.now() - Date.now())).toBeLessThan(minute)
  expect(lines).toEqual([])
})
