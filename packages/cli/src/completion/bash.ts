import { type Path, quoted, type Value, valuesIn } from './paths.ts'

/** Completion for bash, to be sourced. */
export function bashCompletion(paths: readonly Path[]): string {
  const known = paths.map(({ path }) => quoted(path)).slice(1)
  return `# Completion of lapse for bash; made by: lapse completion bash
_lapse() {
  local current="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD - 1]}"
  local at='' index
  COMPREPLY=()
  for ((index = 1; index < COMP_CWORD; index++)); do
    case "$at \${COMP_WORDS[index]}" in
      ${known.join(' | ')}) at="$at \${COMP_WORDS[index]}" ;;
    esac
  done
  case "$at $before" in
${valuesIn(paths).map(answer).join('\n')}
  esac
  case "$at" in
${paths.map(follow).join('\n')}
  esac
}
complete -F _lapse lapse
`
}

function answer({ path, name, value }: { path: string; name: string; value: Value }): string {
  return `    ${quoted(`${path} ${name}`)}) ${replyOf(value)}; return ;;`
}

function follow({ path, commands, options, argument }: Path): string {
  const words = [...commands.map(({ name }) => name), ...options.flatMap(({ names }) => names)]
  const choices = typeof argument === 'object' ? argument.choices : []
  const reply = wordReply([...words, ...choices])
  const files = argument === 'file' ? '; COMPREPLY+=($(compgen -f -- "$current"))' : ''
  return `    ${quoted(path)}) ${reply}${files} ;;`
}

function replyOf(value: Value): string {
  if (value === 'anything') return ':'
  if (value === 'file') return 'COMPREPLY=($(compgen -f -- "$current"))'
  return wordReply(value.choices)
}

function wordReply(words: readonly string[]): string {
  return `COMPREPLY=($(compgen -W ${quoted(words.join(' '))} -- "$current"))`
}
