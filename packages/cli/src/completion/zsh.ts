import { type Path, quoted, type Value, valuesIn } from './paths.ts'

/** Completion for zsh, to be sourced after compinit, or as `_lapse` in a folder of `fpath`. */
export function zshCompletion(paths: readonly Path[]): string {
  const known = paths.map(({ path }) => quoted(path)).slice(1)
  return `#compdef lapse
# Completion of lapse for zsh; made by: lapse completion zsh
_lapse() {
  local at=''
  local -i index
  local -a following
  for ((index = 2; index < CURRENT; index++)); do
    case "$at \${words[index]}" in
      (${known.join(' | ')}) at="$at \${words[index]}" ;;
    esac
  done
  case "$at \${words[CURRENT - 1]}" in
${valuesIn(paths).map(answer).join('\n')}
  esac
  case "$at" in
${paths.map(follow).join('\n')}
  esac
}
if [ "$funcstack[1]" = '_lapse' ]; then _lapse "$@"; else compdef _lapse lapse; fi
`
}

function answer({ path, name, value }: { path: string; name: string; value: Value }): string {
  return `    (${quoted(`${path} ${name}`)}) ${replyOf(value)}; return ;;`
}

function follow({ path, commands, options, argument }: Path): string {
  const described = [
    ...commands.map(({ name, what }) => entry(name, what)),
    ...options.flatMap(({ names, what }) => names.map((name) => entry(name, what))),
    ...(typeof argument === 'object' ? argument.choices.map((name) => entry(name, '')) : []),
  ]
  const files = argument === 'file' ? '; _files' : ''
  return `    (${quoted(path)}) following=(${described.join(' ')}); _describe lapse following${files} ;;`
}

function entry(name: string, what: string): string {
  return quoted(`${name.replaceAll(':', '\\:')}${what === '' ? '' : `:${what}`}`)
}

function replyOf(value: Value): string {
  if (value === 'anything') return ':'
  if (value === 'file') return '_files'
  return `compadd -- ${value.choices.map(quoted).join(' ')}`
}
