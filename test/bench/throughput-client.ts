/**
 * One cell of a throughput table, in a process of its own: who makes which call, where, how many at
 * once, how often, and how often before that.
 */
import { createOry } from '@lapse/core/ory'
import { Pool } from 'undici'

const [kind, work, url = '', atOnce = '', calls = '', warmUp = ''] = process.argv.slice(2)
const connections = 50

const rawUndici = () => {
  const pool = new Pool(url, { connections })
  const path = '/admin/oauth2/auth/sessions/consent?subject=alice'

  return {
    revoke: async () => {
      const { body } = await pool.request({ method: 'DELETE', path: `${path}&all=true` })
      await body.dump()
    },
    list: async () => {
      const { body } = await pool.request({ method: 'GET', path: `${path}&page_size=250` })
      await body.json()
    },
  }
}

const lapse = () => {
  const ory = createOry({ adminUrl: url, connections })

  return {
    revoke: () => ory.revokeOAuth2ConsentSessions({ subject: 'alice', all: true }),
    list: async () => {
      await ory.listOAuth2ConsentSessions({ subject: 'alice', page_size: 250 })
    },
  }
}

const { revoke, list } = kind === 'undici' ? rawUndici() : lapse()
const call = work === 'list' ? list : revoke

const makeCalls = async (count: number) => {
  let left = count
  const worker = async () => {
    while (left > 0) {
      left -= 1
      await call()
    }
  }
  await Promise.all(Array.from({ length: Number(atOnce) }, worker))
}

await makeCalls(Number(warmUp))
const cpuBefore = process.cpuUsage()
const before = performance.now()
await makeCalls(Number(calls))
const seconds = (performance.now() - before) / 1000
const { user, system } = process.cpuUsage(cpuBefore)

console.log(
  JSON.stringify({
    perSecond: Number(calls) / seconds,
    cpuMicros: (user + system) / Number(calls),
  }),
)
process.exit()
