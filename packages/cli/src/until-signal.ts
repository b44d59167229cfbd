import { CommandError } from './errors.ts'

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/**
 * Aborted by the first signal that asks the process to end. Later ones change nothing: npm and
 * terminals send the same one twice, and stopping is under way.
 */
export function untilSignal(): AbortSignal {
  const asked = new AbortController()
  for (const signal of signals)
    process.on(signal, () => asked.abort(new CommandError('interrupted')))
  return asked.signal
}

/** Settles when a signal has come; keeps the process alive until then. */
export async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))
}
