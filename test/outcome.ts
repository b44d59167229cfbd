import { spawn } from 'node:child_process'
import { once } from 'node:events'

/** How a command ended, and what it said on either stream. */
export interface Outcome {
  /** `undefined` where the command is not there, or was ended by a signal. */
  readonly status: number | undefined
  readonly output: string
}

/** Runs a command to its end. */
export async function outcomeOf(
  [command = '', ...args]: readonly string[],
  where: { readonly cwd: string; readonly env?: NodeJS.ProcessEnv },
): Promise<Outcome> {
  const child = spawn(command, args, { ...where, stdio: ['ignore', 'pipe', 'pipe'] })
  const said: string[] = []
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => said.push(String(chunk)))
  const status = await once(child, 'close').then(
    ([code]) => (code as number | null) ?? undefined,
    () => undefined,
  )
  return { status, output: said.join('') }
}
