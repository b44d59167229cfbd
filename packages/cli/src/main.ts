import { nameOwnHelp } from './command-help.ts'
import { exitCodes } from './errors.ts'
import { failureOf } from './failure.ts'
import { complain } from './output/print.ts'
import { lapse } from './program.ts'

/**
 * Runs one command line (without `node` and the script) and answers with its exit code. A failure is
 * told in one line on standard error.
 */
export async function main(args: readonly string[]): Promise<number> {
  muteClosedOutput()
  tellWarnings()
  process.on('uncaughtException', (error) => process.exit(report(error)))
  try {
    const program = lapse()
    nameOwnHelp(program)
    await program.parseAsync(args, { from: 'user' })
    return exitCodes.done.code
  } catch (error) {
    return report(error)
  }
}

function report(error: unknown): number {
  const failure = failureOf(error)
  if (failure === undefined) return exitCodes.done.code
  complain(`lapse: ${failure.line}`)
  return failure.exitCode
}

/** `lapse … | head` closes the pipe early. Nobody reads any more, which is not a failure of ours. */
function muteClosedOutput(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined)
}

/** Node itself would print what a warning holds as it is, an address that a client gave say. */
function tellWarnings(): void {
  process.removeAllListeners('warning')
  process.on('warning', ({ name, message }) => complain(`lapse: ${name}: ${message}`))
}
