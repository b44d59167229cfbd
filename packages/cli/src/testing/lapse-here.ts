import { failureOf } from '../failure.ts'
import { lapse } from '../program.ts'
import type { Ended } from './lapse-process.ts'

/** What Node's `write` may be given here. */
type Chunk = string | Uint8Array

/**
 * Runs a command in this process, under its environment: for what reads no standard input, and where
 * starting a process each time would take too long. One at a time.
 */
export async function lapseHere(args: readonly string[]): Promise<Omit<Ended, 'signal'>> {
  const said = { stdout: '', stderr: '' }
  const restore = (['stdout', 'stderr'] as const).map((name) => {
    const { write } = process[name]
    process[name].write = (chunk: Chunk) => {
      said[name] += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString()
      return true
    }
    return () => {
      process[name].write = write
    }
  })
  const error = await lapse()
    .parseAsync(args, { from: 'user' })
    .then(
      () => undefined,
      (thrown: unknown) => thrown,
    )
    .finally(() => {
      for (const undo of restore) undo()
    })
  const failure = error === undefined ? undefined : failureOf(error)
  if (failure !== undefined) said.stderr += `lapse: ${failure.line}\n`
  return { code: failure?.exitCode ?? 0, ...said }
}
