import { PortInUseError, startOryEmulator } from '@lapse/ory-emulator'
import { CommandError } from '../errors.ts'
import { emulatedKey, type OryCommandOptions, startOptions } from '../ory/start-options.ts'
import { columns } from '../output/columns.ts'
import { print, styled } from '../output/print.ts'
import { aborted, untilSignal } from '../until-signal.ts'

/** `lapse ory`: the emulator as a process, until a signal comes. */
export async function ory(options: OryCommandOptions): Promise<void> {
  const stop = untilSignal()
  const started = startOptions(options)
  const emulator = await startOryEmulator(started).catch((error: unknown) => {
    if (!(error instanceof PortInUseError)) throw error
    throw new CommandError(error.message, { cause: error })
  })
  print(
    styled(
      'bold',
      `Ory's OAuth2 server, emulated (${started.network === undefined ? emulator.profile : 'Ory Network'})`,
    ),
    ...columns([
      ['admin', emulator.adminUrl],
      ['public', emulator.publicUrl],
      ...(started.network?.apiKey === emulatedKey ? [['API key', emulatedKey]] : []),
    ]),
    styled('dim', 'Everything is in memory. Ctrl-C stops it.'),
  )
  await aborted(stop)
  await emulator.stop()
}
