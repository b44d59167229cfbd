import { setTimeout as sleep } from 'node:timers/promises'

/** Waits for so many milliseconds, or until the signal is aborted; never rejects. */
export function pausing(signal: AbortSignal): (milliseconds: number) => Promise<void> {
  return (milliseconds) => sleep(milliseconds, undefined, { signal }).catch(() => undefined)
}
