import type { Command, Option } from 'commander'

/** What can stand behind an option, or as an argument: one of some texts, a file, or anything. */
export type Value = { readonly choices: readonly string[] } | 'file' | 'anything'

export interface CompletedOption {
  /** `-h`, `--help`; as many as it has. */
  readonly names: readonly string[]
  readonly what: string
  /** Absent where nothing stands behind it. */
  readonly value?: Value
}

/** A command line up to some command, and what can follow there. */
export interface Path {
  /** A blank before each of its words: ` plan user-deleted`; empty of the program itself. */
  readonly path: string
  readonly commands: readonly { readonly name: string; readonly what: string }[]
  readonly options: readonly CompletedOption[]
  /** What its first argument is, if it has one. */
  readonly argument?: Value
}

/** Every command of a program, the program itself among them. */
export function pathsOf(command: Command, path = ''): readonly Path[] {
  const help = command.createHelp()
  const [argument] = command.registeredArguments
  const own: Path = {
    path,
    commands: help
      .visibleCommands(command)
      .map((inner) => ({ name: inner.name(), what: inner.description() })),
    options: help.visibleOptions(command).map(optionOf),
    ...(argument && { argument: kindOf(argument.name(), argument.argChoices) }),
  }
  return [own, ...command.commands.flatMap((inner) => pathsOf(inner, `${path} ${inner.name()}`))]
}

function optionOf(option: Option): CompletedOption {
  const names = [option.short, option.long].filter((name) => name !== undefined)
  const what = option.description
  if (!option.required && !option.optional) return { names, what }
  const placeholder = /[<[]([\w-]+)/.exec(option.flags)?.[1] ?? ''
  return { names, what, value: kindOf(placeholder, option.argChoices) }
}

function kindOf(name: string, choices: readonly string[] | undefined): Value {
  if (choices !== undefined) return { choices }
  return name === 'file' ? 'file' : 'anything'
}

/** Every option that takes a value, with the path of its command. */
export function valuesIn(
  paths: readonly Path[],
): readonly { readonly path: string; readonly name: string; readonly value: Value }[] {
  return paths.flatMap(({ path, options }) =>
    options.flatMap(({ names, value }) =>
      value === undefined ? [] : names.map((name) => ({ path, name, value })),
    ),
  )
}

/** A text between single quotes, as bash and zsh read it. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}
