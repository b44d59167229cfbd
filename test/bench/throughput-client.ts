/** One cell of the throughput table, in a process of its own: who calls, where, how many at once, how often. */
import { createOry } from '@lapse/core/ory'
import { Pool } from 'undici'

const [kind, url = '', atOnce = '', calls = ''] = process.argv.slice(2)
const connections = 50

const rawUndici = () => {
  const pool = new Pool(url, { connections })
  const path = '/admin/oauth2/auth/sessions/consent?subject=alice&all=true'

  return async () => {
    const { body } = await pool.request({ method: 'DELETE', path })
    await body.dump()
  }
}

const lapse = () => {
  const ory = createOry({ adminUrl: url, connections })

  return () => ory.revokeOAuth2ConsentSessions({ subject: 'alice', all: true })
}

const call = kind === 'undici' ? rawUndici() : lapse()

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

await makeCalls(2000)
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
