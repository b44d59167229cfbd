import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'

const bin = fileURLToPath(new URL('../../bin/lapse.js', import.meta.url))

export interface Surroundings {
  /** Besides PATH: nothing else of this process is inherited. */
  readonly env?: Readonly<Record<string, string>>
  readonly stdin?: string | Uint8Array
  readonly cwd?: string
  /** Arguments for Node itself. */
  readonly node?: readonly string[]
}

/** How a command ended, and all it said. */
export interface Ended {
  readonly code: number | null
  readonly signal: string | null
  readonly stdout: string
  readonly stderr: string
}

/** A command that runs, as a person would have started it. */
export interface Running {
  readonly process: ChildProcess
  /** Settles with what standard output holds once it matches. */
  said(pattern: RegExp): Promise<string>
  readonly ended: Promise<Ended>
}

/** Starts the real command in a process of its own. */
export function startLapse(args: readonly string[], at: Surroundings = {}): Running {
  const child = spawn(process.execPath, [...(at.node ?? []), bin, ...args], {
    cwd: at.cwd,
    env: { PATH: process.env['PATH'], ...at.env },
  })
  child.stdin.end(at.stdin ?? '')
  // A test that fails half-way leaves nothing running.
  const end = () => child.kill()
  process.once('exit', end)
  child.once('close', () => process.off('exit', end))
  const closed = once(child, 'close')
  const said = { stdout: '' }
  child.stdout.on('data', (chunk: Buffer) => {
    said.stdout += chunk
  })
  return {
    process: child,
    said: async (pattern) => {
      while (!pattern.test(said.stdout)) {
        await Promise.race([once(child.stdout, 'data'), closed])
        if (child.exitCode !== null && !pattern.test(said.stdout)) throw new Error('ended before')
      }
      return said.stdout
    },
    ended: endOf(child, said),
  }
}

/** Runs the real command to its end. */
export function runLapse(args: readonly string[], at?: Surroundings): Promise<Ended> {
  return startLapse(args, at).ended
}

async function endOf(child: ChildProcess, said: { readonly stdout: string }): Promise<Ended> {
  const stderr = child.stderr === null ? '' : text(child.stderr)
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null]
  return { code, signal, stdout: said.stdout, stderr: await stderr }
}
