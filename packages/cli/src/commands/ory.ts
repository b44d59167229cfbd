import {
  emulatedKey,
  InputError,
  type OryEmulator,
  PortInUseError,
  readSeedFile,
  type StartOptions,
  startOryEmulator,
} from '@lapse/ory-emulator'
import { CommandError, UsageError } from '../errors.ts'
import { type OryCommandOptions, startOptions } from '../ory/start-options.ts'
import { columns } from '../output/layout.ts'
import { print, printJsonLine, styled } from '../output/print.ts'
import { portsOf } from '../ready.ts'
import { startProblem } from '../system-problem.ts'
import { aborted, type StayingUp, untilEnd } from '../until-signal.ts'

export interface OryOptions extends OryCommandOptions, StayingUp {
  /** A file of the kind that docs/ory-emulator.md describes. */
  readonly seed?: string
  readonly json?: boolean
}

/** `lapse ory`: the emulator as a process, until it is to end. */
export async function ory(options: OryOptions): Promise<void> {
  const stop = await untilEnd(options)
  const started = startOptions(options)
  const emulator = await start(started, options.seed).catch((error: unknown) => {
    if (error instanceof InputError)
      throw new UsageError(`--seed: ${error.message}`, { cause: error })
    const isTaken = error instanceof PortInUseError
    const problem = isTaken ? `${error.message} (EADDRINUSE)` : startProblem('the server', error)
    throw new CommandError(problem, { cause: error })
  })
  const ready = readyDocument(emulator, started)
  if (options.json) printJsonLine(ready)
  else print(...readyLines(ready))
  await aborted(stop)
  await emulator.stop()
}

async function start(options: StartOptions, seed?: string): Promise<OryEmulator> {
  if (seed === undefined) return startOryEmulator(options)
  return startOryEmulator({ ...options, seed: await readSeedFile(seed) })
}

/** What a program that waits for it has to know. */
function readyDocument(
  { adminUrl, publicUrl, controlUrl, profile }: OryEmulator,
  { network }: StartOptions,
) {
  const control = controlUrl === undefined ? {} : { control: controlUrl }
  const endpoints = { admin: adminUrl, public: publicUrl, ...control }
  const ports = portsOf(endpoints)
  // A key that somebody else has chosen is not told.
  const key = network?.apiKey === emulatedKey ? { api_key: emulatedKey } : {}
  const kind = network === undefined ? profile : 'network'
  return { pid: process.pid, profile: kind, endpoints, ports, ...key }
}

function readyLines({ profile, endpoints, api_key }: ReturnType<typeof readyDocument>) {
  const kind = profile === 'network' ? 'Ory Network' : profile
  return [
    styled('bold', `Ory's OAuth2 server, emulated (${kind})`),
    ...columns([
      ...Object.entries(endpoints),
      ...(api_key === undefined ? [] : [['API key', api_key]]),
    ]),
    styled('dim', 'Everything is in memory. Ctrl-C stops it.'),
  ]
}
