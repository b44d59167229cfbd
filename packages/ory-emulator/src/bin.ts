#!/usr/bin/env node
import { InputError } from './checks.ts'
import { readOptions, UsageError, usage } from './command/options.ts'
import { startedJson, startedLines } from './command/started.ts'
import { GoError } from './go/go-error.ts'
import { PortInUseError } from './listener.ts'
import { startOryEmulator } from './start.ts'

/** `lapse-ory`: the emulator as a process, for tests in any language, until a signal ends it. */
async function main(given: readonly string[]): Promise<void> {
  const { start, json, help } = await readOptions(given)
  if (help) return console.log(usage())

  const ended = untilSignal()
  const emulator = await startOryEmulator({ controlPort: 0, ...start })
  console.log(json ? startedJson(emulator, start) : startedLines(emulator, start))
  await ended
  await emulator.stop()
}

/** Settles with the first signal; a terminal and npm send the same one twice. */
function untilSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
      process.on(signal, () => resolve())
  })
}

/** Mistakes of whoever called, which one line explains. */
const explained = [UsageError, InputError, PortInUseError, RangeError, GoError]

main(process.argv.slice(2)).catch((error: unknown) => {
  if (!explained.some((kind) => error instanceof kind)) throw error
  console.error(`lapse-ory: ${(error as Error).message}`)
  process.exitCode = error instanceof UsageError ? 2 : 1
})
