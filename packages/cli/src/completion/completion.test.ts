import { execFile, spawnSync } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { lapse } from '../program.ts'
import { bashCompletion } from './bash.ts'
import { fishCompletion } from './fish.ts'
import { pathsOf } from './paths.ts'
import { zshCompletion } from './zsh.ts'

const paths = pathsOf(lapse())
const run = promisify(execFile)
const has = (shell: string) => spawnSync(shell, ['-c', 'true']).status === 0

/** What a shell offers behind some words, the last of which is being typed. */
type Offer = (words: readonly string[]) => Promise<readonly string[]>

const linesOf = ({ stdout }: { readonly stdout: string }) => stdout.split('\n').filter(Boolean)

const inBash: Offer = async (words) => {
  const script = `${bashCompletion(paths)}
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _lapse; printf '%s\\n' "\${COMPREPLY[@]}"`
  return linesOf(await run('bash', ['--norc', '-c', script, 'bash', 'lapse', ...words]))
}

/** zsh completes in its line editor alone; what the function says to it is taken down here. */
const inZsh: Offer = async (words) => {
  const script = `compdef() { : }
compadd() { shift; print -l -- "$@" }
_describe() { print -l -- "\${(@)\${(P)2}%%:*}" }
_files() { print -l -- * }
${zshCompletion(paths)}
words=("$@"); CURRENT=$#; _lapse`
  const offered = linesOf(await run('zsh', ['-f', '-c', script, 'zsh', 'lapse', ...words]))
  return offered.filter((one) => one.startsWith(words.at(-1) ?? ''))
}

const inFish: Offer = async (words) => {
  const script = `${fishCompletion(paths)}
complete -C (string join ' ' -- lapse $argv)`
  const offered = linesOf(await run('fish', ['-N', '-c', script, '--', ...words]))
  return offered.map((line) => line.split('\t')[0] ?? '')
}

const shells: readonly (readonly [string, Offer])[] = [
  ['bash', inBash],
  ['zsh', inZsh],
  ['fish', inFish],
]

for (const [shell, offer] of shells)
  test.skipIf(!has(shell)).each([
    [['pl'], ['plan']],
    [
      ['plan', ''],
      ['app-offboarded', 'user-deleted'],
    ],
    [
      ['plan', 'user-deleted', '--s'],
      ['--stage', '--subject'],
    ],
    [
      ['plan', 'app-offboarded', '--mode', ''],
      ['delete', 'restore', 'suspend'],
    ],
    [['plan', 'app-offboarded', '--client-id', 'plan', '--own'], ['--owner']],
    [['run', 'user-deleted', '--from', 'package.j'], ['package.json']],
    [['send', 'package.j'], ['package.json']],
    [['completion', 'z'], ['zsh']],
    [['rotate', '--re'], ['--repair']],
  ])(`${shell} completes %j`, async (words, wanted) => {
    const offered = await offer(words)
    const typed = words.at(-1) ?? ''

    expect(offered).toEqual(expect.arrayContaining(wanted))
    expect(offered.filter((one) => !one.startsWith(typed))).toEqual([])
  })

for (const [shell, offer] of shells)
  test.skipIf(!has(shell))(
    `${shell} offers nothing where anything may stand, and no options of others`,
    async () => {
      expect(await offer(['plan', 'user-deleted', '--subject', ''])).toEqual([])
      expect(await offer(['send', '--subj'])).toEqual([])
    },
  )

test('knows every command and every option that help shows', () => {
  const words = paths.flatMap(({ path, options }) => [
    path,
    ...options.flatMap(({ names }) => names),
  ])

  for (const script of [bashCompletion(paths), zshCompletion(paths), fishCompletion(paths)])
    expect(words.filter((word) => !script.includes(word.replace(/^--?/, '')))).toEqual([])
  expect(words.length).toBeGreaterThan(100)
})
