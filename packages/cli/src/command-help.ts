import type { Command, CommanderError } from 'commander'

/** An error of the command line, and the help of the command it was meant for. */
export type CommandLineError = CommanderError & { readonly help?: string }

/** Has every command say of its own errors where its help is. */
export function nameOwnHelp(command: Command, name = command.name()): void {
  command.exitOverride((error) => {
    throw Object.assign(error, { help: `${name} --help` })
  })
  for (const inner of command.commands) nameOwnHelp(inner, `${name} ${inner.name()}`)
}
