import type { Command } from 'commander'
import { bashCompletion } from '../completion/bash.ts'
import { fishCompletion } from '../completion/fish.ts'
import { pathsOf } from '../completion/paths.ts'
import { zshCompletion } from '../completion/zsh.ts'
import { printLines } from '../output/print.ts'

const shells = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion } as const

export type Shell = keyof typeof shells

/** `lapse completion`: what a shell has to read so that it completes the commands of a program. */
export function completion(shell: Shell, program: Command): void {
  printLines(shells[shell](pathsOf(program)))
}
