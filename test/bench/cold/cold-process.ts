/**
 * A function's first invocation, from the moment at which its code begins to load: prints how long
 * it took until the message was done, and how much CPU time.
 */
import { readFileSync } from 'node:fs'

const [file = '', events = ''] = process.argv.slice(2)
const event = JSON.parse(readFileSync(events, 'utf8'))
const cpuBefore = process.cpuUsage()
const before = performance.now()
const { handler } = await import(file)
const { batchItemFailures } = await handler(event, { getRemainingTimeInMillis: () => 60_000 })
const milliseconds = performance.now() - before
const { user, system } = process.cpuUsage(cpuBefore)

if (batchItemFailures.length > 0) throw new Error('the message failed')
process.stderr.write(JSON.stringify({ milliseconds, cpuMilliseconds: (user + system) / 1000 }))
process.exit()
