import type { Client } from './memory-ory.ts'
import { bodyOf, problemsOfRows, rowsAbout, sendSoon, type Teller } from './story.ts'
import { start } from './world.ts'

const minute = 60_000

type Mode = 'reset' | 'suspend' | 'delete'

/** A suspension after a reset that is unfinished is refused by name, and so is none here. */
const lives: readonly [readonly Mode[], ...(readonly Mode[])[]] = [
  ['reset'],
  ['reset', 'reset'],
  ['suspend', 'reset'],
  ['reset', 'delete'],
]

/** A compromised app is reset: it is there in the end as it was, under another secret, without a grant. */
export const resetStory: Teller = (world, name) => {
  const { random, server, hidden, secrets, ledgers, watch } = world
  const { state } = server
  const client_id = `photos-${name}`
  const secretId = `secret-of-${name}`
  const old = `canary-secret-${name}-${world.seed}`
  hidden.add(old)
  const value = JSON.stringify({ client_id, client_secret: old })
  secrets.create(secretId, value, { tags: { 'lapse:client_id': client_id } })
  const registration = {
    client_id,
    owner: '',
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    metadata: { team: 'red', deep: [1, { a: null }] },
  }
  state.clients.set(client_id, { ...registration, created_at: '2025-01-01T00:00:00Z' })
  state.clientSecrets.set(client_id, old)
  state.consents.push({
    subject: 'stays',
    clientId: client_id,
    sid: `of-${name}`,
    isListed: random.chance(0.5),
  })
  state.machineTokens.set(client_id, 2)

  const life = random.pick(lives)
  for (const [number, mode] of life.entries()) {
    const texts = { id: `${mode} ${number} of ${name}`, source: 'https://partners.example' }
    const at = start - (life.length - number) * minute
    const data = { client_id, mode, ...(mode === 'suspend' ? {} : { secret_ids: [secretId] }) }
    sendSoon(world, 'app-offboarded', bodyOf('app.offboarded', at, data, texts))
  }

  const isDeleted = life.at(-1) === 'delete'
  const resetRow = () => ledgers.resets.rows.find(({ clientId }) => clientId === client_id)
  watch.onSent.push((by, method, path) => {
    if (method !== 'DELETE' || path !== `/admin/clients/${client_id}` || isDeleted) return
    const row = resetRow()
    if (row === undefined || row.closedAt !== undefined)
      watch.violated(`${by.doing} deletes ${client_id}, which nobody has captured`)
    else if (lasting(row.client) !== lasting(registration) && life[0] !== 'suspend')
      watch.violated(`${client_id} was captured as ${JSON.stringify(row.client)}`)
  })
  const current = async () => {
    const { client_secret } = JSON.parse(
      (await secrets.value(secretId, { stage: 'AWSCURRENT' })) ?? '{}',
    )
    return String(client_secret)
  }

  return {
    name: `reset ${name} (${life})`,
    async *problems() {
      const passes = life.map(() => 'first')
      const rows = rowsAbout(world, { client_id })
      yield* problemsOfRows(rows, passes)
      if (resetRow() !== undefined && resetRow()?.closedAt === undefined) yield 'its reset is open'
      const client = state.clients.get(client_id)
      if (isDeleted) {
        if (client !== undefined) yield 'the client is left'
        return
      }
      if (client === undefined) return yield 'the client is gone'
      const now = await current()
      hidden.add(now)
      watch.lookForCanaries('the ledger', [ledgers.row.rows, ledgers.resets.rows])
      if (now === old) yield 'it has the secret that it had'
      if (state.clientSecrets.get(client_id) !== now) yield 'AWSCURRENT does not authenticate'
      if (state.consents.some((one) => one.clientId === client_id)) yield 'consents are left'
      if (state.machineTokens.has(client_id)) yield 'tokens are left'
      if (life[0] !== 'suspend' && lasting(client) !== lasting(registration))
        yield `it is not as it was: ${JSON.stringify(client)}`
      if (client['metadata'] === undefined) yield 'its metadata is gone'
    },
  }
}

/** A client without what Ory sets itself. */
function lasting(client: object): string {
  const { created_at: _created, updated_at: _updated, ...rest } = client as Client
  return JSON.stringify(Object.entries(rest).sort())
}
