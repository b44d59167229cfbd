import { CommandError } from './errors.ts'
import { untilStarterEnds } from './starter.ts'

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

/** How long a server stays up. */
export interface StayingUp {
  /** It outlives the npm or npx that started it. */
  readonly detach?: boolean
}

/**
 * Aborted when a server is to end: by a signal, or with the npm that started it. Settles before
 * anything can be said to be ready, since whoever hears that may end npm at once.
 */
export async function untilEnd({ detach = false }: StayingUp): Promise<AbortSignal> {
  const signal = untilSignal()
  return detach ? signal : AbortSignal.any([signal, await untilStarterEnds()])
}

/** Settles when a signal has come; keeps the process alive until then. */
export async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))
}
