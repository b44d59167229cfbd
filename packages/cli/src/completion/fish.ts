import type { CompletedOption, Path, Value } from './paths.ts'

/** Completion for fish, to be sourced, or as `lapse.fish` among its completions. */
export function fishCompletion(paths: readonly Path[]): string {
  const known = paths.map(({ path }) => quoted(path)).slice(1)
  return `# Completion of lapse for fish; made by: lapse completion fish
function __lapse_at
    set -l at ''
    set -l words (commandline -opc)
    for word in $words[2..-1]
        switch "$at $word"
            case ${known.join(' ')}
                set at "$at $word"
        end
    end
    test "$at" = "$argv[1]"
end
complete -c lapse -f
${paths.flatMap(linesOf).join('\n')}
`
}

function linesOf({ path, commands, options, argument }: Path): readonly string[] {
  const at = `complete -c lapse -n ${quoted(`__lapse_at ${quoted(path)}`)}`
  const choices = typeof argument === 'object' ? argument.choices : []
  return [
    ...commands.map(({ name, what }) => `${at} -a ${quoted(name)} -d ${quoted(what)}`),
    ...options.map((option) => `${at} ${optionFlags(option)} -d ${quoted(option.what)}`),
    ...choices.map((choice) => `${at} -a ${quoted(choice)}`),
    ...(argument === 'file' ? [`${at} -F`] : []),
  ]
}

function optionFlags({ names, value }: CompletedOption): string {
  const flags = names.map((name) =>
    name.startsWith('--') ? `-l ${name.slice(2)}` : `-s ${name[1]}`,
  )
  return [...flags, ...(value === undefined ? [] : [valueFlags(value)])].join(' ')
}

function valueFlags(value: Value): string {
  if (value === 'anything') return '-x'
  return value === 'file' ? '-r -F' : `-x -a ${quoted(value.choices.join(' '))}`
}

/** A text between single quotes, as fish reads it. */
function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
}
