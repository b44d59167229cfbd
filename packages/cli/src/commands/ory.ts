import { type OryEmulator, PortInUseError, startOryEmulator } from '@lapse/ory-emulator'
import { CommandError } from '../errors.ts'
import { type OryCommandOptions, startOptions } from '../ory/start-options.ts'
import { columns } from '../output/layout.ts'
import { print, printJsonLine, styled } from '../output/print.ts'
import { portsOf } from '../ready.ts'
import { aborted, type StayingUp, untilEnd } from '../until-signal.ts'

export interface OryOptions extends OryCommandOptions, StayingUp {
  readonly json?: boolean
}

/** `lapse ory`: the emulator as a process, until it is to end. */
export async function ory(options: OryOptions): Promise<void> {
  const stop = untilEnd(options)
  const emulator = await startOryEmulator(startOptions(options)).catch((error: unknown) => {
    if (!(error instanceof PortInUseError)) throw error
    throw new CommandError(error.message, { cause: error })
  })
  announce(emulator, options)
  await aborted(stop)
  await emulator.stop()
}

function announce({ adminUrl, publicUrl, profile }: OryEmulator, { json, network }: OryOptions) {
  const endpoints = { admin: adminUrl, public: publicUrl }
  const kind = network === undefined ? profile : 'Ory Network'
  if (json)
    return printJsonLine({ pid: process.pid, profile, endpoints, ports: portsOf(endpoints) })
  print(
    styled('bold', `Ory's OAuth2 server, emulated (${kind})`),
    ...columns(Object.entries(endpoints).map(([name, url]) => [name, url])),
    styled('dim', 'Everything is in memory. Ctrl-C stops it.'),
  )
}
