import { randomUUID } from 'node:crypto'
import { parseAppOffboarded, parseKeyRotated, parseUserDeleted } from '@lapse/core/events'
import { unprotected } from '@lapse/core/testing'
import { keyRotated, offboarding, userDeleted } from '@lapse/core/workflows'
import { startLocal } from '@lapse/local'
import { type Metered, meteredDynamoDb } from './metered-dynamodb.ts'
import { against, printTable } from './table.ts'
import {
  deletionSettings,
  eventBody,
  offboardingSettings,
  writeUnitsStage,
} from './write-units-stage.ts'

const hour = 3_600_000

/** What one event took, in write units. */
interface Cost {
  readonly units: number
  readonly calls: number
  readonly largest: number
  /** Units by what was written. */
  readonly parts: ReadonlyMap<string, number>
}

type Stage = ReturnType<typeof writeUnitsStage>
type Measure = (play: (stage: Stage) => Promise<void>) => Promise<Cost>

const costOf = (calls: number, metered: readonly Metered[]): Cost => {
  const writes = metered.filter(({ kind }) => kind === 'write')
  const sum = (of: readonly Metered[]) => of.reduce((total, { units }) => total + units, 0)
  return {
    units: sum(writes),
    calls,
    largest: Math.max(0, ...writes.map(({ bytes }) => bytes)),
    parts: new Map(
      [...Map.groupBy(writes, ({ what }) => what)].map(([what, of]) => [what, sum(of)]),
    ),
  }
}

const kilobytes = (bytes: number) => `${(bytes / 1024).toFixed(1)} KB`

const line = (title: string, { units, calls, largest }: Cost, met: string): readonly string[] => [
  title,
  String(units),
  String(calls),
  kilobytes(largest),
  met,
  against(largest <= 64 * 1024, '≤ 64 KB'),
]

const heading = (first: string) => [first, 'write units', 'Ory calls', 'largest row', '', '']

const mostUnits = (sessions: number): number =>
  sessions <= 2 ? 20 : sessions <= 20 ? 40 : sessions <= 500 ? 700 : Number.POSITIVE_INFINITY

/** Both passes and the end of the watch over the second. */
const userCost = (measure: Measure, sessions: number) =>
  measure(async ({ server: { state }, queue, work, sweepDue }) => {
    for (let n = 0; n < sessions; n += 1) {
      const sid = randomUUID()
      state.sessions.set(sid, 'user-1')
      state.consents.push({ subject: 'user-1', clientId: `app-${n % 50}`, sid, isListed: true })
    }
    await queue.send({ body: eventBody('user.deleted', { subject: 'user-1' }), attributes: {} })
    await work({ parse: parseUserDeleted, workflow: () => userDeleted(deletionSettings) })
    if (state.consents.length > 0) throw new Error(`${state.consents.length} consents are left`)
    await sweepDue()
  })

const jwk = (kid: string) => ({
  kty: 'EC',
  crv: 'P-256',
  x: 'MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4',
  y: '4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM',
  kid,
  use: 'sig',
  alg: 'ES256',
})
/** Each measurement has its own: the ledger remembers which were removed. */
const newIssuer = () => `https://${randomUUID()}.example`
const expires_at = '2030-01-01T00:00:00Z'

/** An app that is deleted with its issuer's grants, on so many keys or all on one. */
const issuerCost = (measure: Measure, grants: number, keys: number) =>
  measure(async ({ server, queue, work, sweepDue }) => {
    const issuer = newIssuer()
    server.state.clients.set('app-1', { client_id: 'app-1', created_at: '2025-01-01T00:00:00Z' })
    for (let n = 0; n < grants; n += 1)
      server.trust(
        { issuer, subject: `user-${n}`, scope: ['read'], jwk: jwk(`key-${n % keys}`), expires_at },
        '2025-01-01T00:00:00Z',
      )
    const data = { client_id: 'app-1', issuers: [issuer], mode: 'delete' }
    await queue.send({ body: eventBody('app.offboarded', data), attributes: {} })
    await work({
      parse: parseAppOffboarded,
      workflow: (event) => offboarding(event, offboardingSettings),
    })
    if (server.state.grants.size > 0) throw new Error(`${server.state.grants.size} grants are left`)
    await sweepDue()
  })

/** A rotation that so many siblings on the old key follow, and the old key's retirement. */
const siblingsCost = (measure: Measure, siblings: number) =>
  measure(async ({ server, queue, work, sweepDue }) => {
    const issuer = newIssuer()
    const terms = { issuer, scope: ['read'], expires_at }
    for (let n = 0; n <= siblings; n += 1)
      server.trust({ ...terms, jwk: jwk('old'), subject: `user-${n}` }, '2025-01-01T00:00:00Z')
    const data = {
      ...terms,
      subject: 'user-0',
      jwk: jwk('new'),
      retire: { kids: ['old'], after: 'PT1H' },
      siblings: 'follow',
    }
    await queue.send({ body: eventBody('key.rotated', data), attributes: {} })
    const settings = { ...unprotected, accessTokenLifespanMs: hour }
    await work({ parse: parseKeyRotated, workflow: () => keyRotated(settings) })
    await sweepDue()
    const old = [...server.state.grants.values()].filter(({ kid }) => kid === 'old')
    if (old.length > 0) throw new Error(`${old.length} grants are left on the old key`)
  })

const sampled = 50

/** An owner's own messages in full, and the messages of some of its clients. */
const ownerCost = async (measure: Measure, clients: number) => {
  const workflow = (event: Parameters<typeof offboarding>[0]) =>
    offboarding(event, offboardingSettings)
  const stage = { queue: [] as readonly string[] }
  const own = await measure(async ({ server, queue, work }) => {
    for (let n = 0; n < clients; n += 1) {
      const client_id = `app-${String(n).padStart(5, '0')}`
      server.state.clients.set(client_id, {
        client_id,
        owner: 'acme',
        created_at: '2025-01-01T00:00:00Z',
      })
    }
    await queue.send({
      body: eventBody('app.offboarded', { owner: 'acme', mode: 'delete' }),
      attributes: {},
    })
    const derived: string[] = []
    while (!queue.isEmpty()) {
      for (const { messageId, body: text } of queue.visible()) {
        if (JSON.parse(text).data.client_id === undefined) continue
        queue.take(messageId)
        derived.push(text)
      }
      await work({ parse: parseAppOffboarded, workflow }, 1)
    }
    stage.queue = derived
  })
  const some = stage.queue.slice(0, sampled)
  const each = await measure(async ({ server, queue, work }) => {
    for (const text of some) {
      const { client_id } = JSON.parse(text).data
      if (client_id !== undefined)
        server.state.clients.set(client_id, {
          client_id,
          owner: 'acme',
          created_at: '2025-01-01T00:00:00Z',
        })
      await queue.send({ body: text, attributes: {} })
    }
    await work({ parse: parseAppOffboarded, workflow })
  })
  return { own, messages: stage.queue.length, each, sampled: some.length }
}

const printParts = (title: string, { parts }: Cost): void => {
  const rows = [...parts].sort(([, one], [, other]) => other - one)
  printTable(title, [['', 'write units'], ...rows.map(([what, units]) => [what, String(units)])])
}

/** What events cost at DynamoDB: a write unit is a KB begun of the larger of the item before and after. */
export const benchWriteUnits = async (): Promise<void> => {
  const local = await startLocal({ functions: [] })
  const table = await meteredDynamoDb(local.endpoints.dynamoDb)
  const measure: Measure = async (play) => {
    const stage = writeUnitsStage(table.endpoint)
    table.take()
    await play(stage)
    return costOf(stage.asked.calls, table.take())
  }

  const users = []
  for (const sessions of [0, 1, 2, 20, 100, 500, 5000])
    users.push({ sessions, cost: await userCost(measure, sessions) })
  printTable('user.deleted: both passes, and the watch over the second', [
    heading('sessions'),
    ...users.map(({ sessions, cost }) => {
      const most = mostUnits(sessions)
      const met = Number.isFinite(most) ? against(cost.units <= most, `≤ ${most}`) : ''
      return line(String(sessions), cost, met)
    }),
  ])
  for (const { sessions, cost } of users.filter(
    (user) => user.cost.units > mostUnits(user.sessions),
  ))
    printParts(`Where the units of ${sessions} sessions go`, cost)

  const issuers = [heading('an app deleted with its issuer')]
  for (const keys of [1, 100, 1000, 3000])
    issuers.push([...line(`${keys} keys`, await issuerCost(measure, keys, keys), '')])
  issuers.push([...line('3000 grants on one key', await issuerCost(measure, 3000, 1), '')])
  for (const siblings of [0, 100, 1000, 3000])
    issuers.push([
      ...line(`key.rotated, ${siblings} siblings`, await siblingsCost(measure, siblings), ''),
    ])
  printTable('Issuers', issuers)

  const owners = [
    [
      'clients',
      'messages',
      'units of the owner',
      'units per client',
      'Ory calls',
      'largest row',
      '',
    ],
  ]
  for (const clients of [1, 100, 1000, 3000]) {
    const { own, messages, each, sampled: many } = await ownerCost(measure, clients)
    const largest = Math.max(own.largest, each.largest)
    owners.push([
      String(clients),
      String(messages),
      String(own.units),
      (each.units / many).toFixed(1),
      `${own.calls} + ${(each.calls / many).toFixed(1)} each`,
      kilobytes(largest),
      against(largest <= 64 * 1024, '≤ 64 KB'),
    ])
  }
  printTable(`app.offboarded by owner (of its clients' messages ${sampled} are measured)`, owners)

  table.stop()
  await local.stop()
}
