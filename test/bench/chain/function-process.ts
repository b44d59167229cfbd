/** A function in a process of its own: invoked one batch after another, and asked for its CPU time. */
import type { SQSEvent } from 'aws-lambda'

const [file = ''] = process.argv.slice(2)
const { handler } = await import(file)

const context = {
  getRemainingTimeInMillis: () => 60_000,
}

process.on('message', async (event: SQSEvent) => {
  const before = process.cpuUsage()
  const { batchItemFailures } = await handler(event, context)
  const { user, system } = process.cpuUsage(before)
  process.send?.({ failures: batchItemFailures.length, cpuMicros: user + system })
})
process.on('disconnect', () => process.exit())
process.send?.('ready')
