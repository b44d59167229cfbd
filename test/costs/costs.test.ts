import { readFileSync } from 'node:fs'
import { startLocal } from '@lapse/local'
import { beforeAll, expect, test } from 'vitest'
import { costsAt, type EventCost } from './event-costs.ts'

let users: EventCost
let busyUsers: EventCost
let apps: EventCost

beforeAll(async () => {
  const local = await startLocal({ functions: [], schedules: [] })
  const costs = await costsAt(local.endpoints.dynamoDb)
  // Rows that there is one of for good, such as the sweep's, are no event's.
  await costs.userDeleted(2)
  users = await costs.userDeleted(2)
  busyUsers = await costs.userDeleted(20)
  apps = await costs.appOffboarded()
  costs.stop()
  await local.stop()
})

/** What nothing here counts: measured once, warm, or assumed; the page says so. */
const assumed = {
  users: { ownMs: 110, logKb: 9.2, logs: "6.4 KB, and some 2.8 KB of Lambda's own" },
  apps: { ownMs: 84, logKb: 2.9, logs: '2.2 + 0.7 KB' },
  oryMs: 50,
  awsMs: 5,
}

type Told = readonly [what: string, usd: number]
type Row = readonly [service: string, user: Told, busyUser: Told, app: Told]

/** What is asked of AWS while a function waits for it; the first message is somebody else's. */
function awsCalls({ writes, reads, sends }: EventCost): number {
  return writes + reads + sends - 1
}

function secondsOf(cost: EventCost, ownMs: number): number {
  return (ownMs + cost.oryCalls * assumed.oryMs + awsCalls(cost) * assumed.awsMs) / 1000
}

function all(service: string, of: (cost: EventCost, its: (typeof assumed)['users']) => Told): Row {
  return [service, of(users, assumed.users), of(busyUsers, assumed.users), of(apps, assumed.apps)]
}

/** Prices of us-east-1; an event's cost times a million. */
function rowsOf(): readonly Row[] {
  return [
    all('SQS, 0.40 per million', ({ sends, deliveries }) => {
      const requests = sends + 2 * deliveries
      const told = `${requests} requests: ${sends} sent, ${deliveries} received, ${deliveries} deleted`
      return [told, requests * 0.4]
    }),
    all('Lambda, 0.20 per million', ({ deliveries }) => [
      `${deliveries} ${deliveries === 1 ? 'invocation' : 'invocations'}`,
      deliveries * 0.2,
    ]),
    all('Lambda, 13.33 per million GB-s, 512 MB', (cost, { ownMs }) => {
      const seconds = secondsOf(cost, ownMs)
      return [`${seconds.toFixed(2)} s`, seconds * 0.5 * 13.33]
    }),
    all('DynamoDB writes, 0.625 per million', ({ writes, writeUnits }) => [
      `${writes}: ${writeUnits} units`,
      writeUnits * 0.625,
    ]),
    all('DynamoDB reads, 0.125 per million', ({ reads, readUnits }) => [
      `${reads}: ${readUnits} units`,
      readUnits * 0.125,
    ]),
    all('DynamoDB storage with backups, 0.45 per GB-month', ({ bytes, days }) => {
      const kilobytes = Number((bytes / 1000).toFixed(1))
      return [`${kilobytes.toFixed(1)} KB for ${days} days`, (kilobytes * days * 0.45) / 30]
    }),
    all('CloudWatch logs, 0.50 per GB', (_cost, { logs, logKb }) => [logs, logKb * 0.5]),
    ['KMS, Secrets Manager, S3', ['nothing by the event', 0], ['', 0], ['', 0]],
  ]
}

const usd = (amount: number) => (amount === 0 ? '0' : amount.toFixed(2))

function tableOf(rows: readonly Row[]): string {
  const sum = (at: 1 | 2 | 3) =>
    rows.reduce((total, row) => total + Number(row[at][1].toFixed(2)), 0)
  return [
    '| service | `user.deleted`, both passes, 2 sessions | | 20 sessions | | `app.offboarded`, `delete` | |',
    `|${'---|'.repeat(7)}`,
    ...rows.map(([service, ...columns]) =>
      `| ${service} | ${columns.map(([what, its]) => `${what} | ${usd(its)}`).join(' | ')} |`.replaceAll(
        '|  |',
        '| |',
      ),
    ),
    `| **sum** | | **${usd(sum(1))}** | | **${usd(sum(2))}** | | **${usd(sum(3))}** |`,
  ].join('\n')
}

const page = readFileSync(new URL('../../docs/deploy.md', import.meta.url), 'utf8')

test('the costs of a million events follow from what one event takes here', () => {
  const [, printed = ''] = /^## Costs per million events\n[^|]*((?:\|.*\n)+)/m.exec(page) ?? []

  expect(printed.trimEnd()).toBe(tableOf(rowsOf()))
})

test('the calls that Lambda waits for are those that are counted', () => {
  const [sentence] = /\d+ calls to Ory at [^.;]*/.exec(page) ?? []

  expect(sentence).toBe(
    `${users.oryCalls} calls to Ory at ${assumed.oryMs} ms and ${awsCalls(users)} to AWS at ${assumed.awsMs} ms for a user, ${busyUsers.oryCalls} and ${awsCalls(busyUsers)} for one of 20 sessions, ${apps.oryCalls} and ${awsCalls(apps)} for an app`,
  )
})
