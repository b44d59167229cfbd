import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'

const lapse = fileURLToPath(new URL('../../bin/lapse.js', import.meta.url))

/** Where a command is run, and what it reads on standard input. */
export interface RunOptions {
  readonly directory: string
  readonly input?: string
}

/** How a command ended, and what it said. */
export interface Ran {
  readonly exitCode: number
  readonly output: string
  readonly errors: string
}

/** What a command said went wrong, in one line: it was broken into several, after what was told before. */
export function problemIn(errors: string): string {
  const problem = /(?:^|\n)lapse: (?![\s\S]*\nlapse: )([\s\S]+)$/.exec(errors)?.[1] ?? errors
  return problem.replace(/\s+/g, ' ').trim() || 'nothing was said'
}

/** Runs a command of ours as somebody at a terminal would, and waits for it. */
export async function runLapse(
  args: readonly string[],
  { directory, input = '' }: RunOptions,
): Promise<Ran> {
  const child = spawn(process.execPath, [lapse, ...args], {
    cwd: directory,
    env: { ...process.env, COLUMNS: '100', NO_COLOR: '1' },
  })
  const ended = new Promise<number>((resolve) => {
    child.on('error', () => resolve(1))
    child.on('close', (code) => resolve(code ?? 1))
  })
  // A command that reads nothing may have ended by then.
  child.stdin.on('error', () => undefined).end(input)
  const [output, errors, exitCode] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    ended,
  ])
  return { exitCode, output: output.trim(), errors: errors.trim() }
}
