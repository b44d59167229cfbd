import type { Offboarded } from '../../events/index.ts'

/** Ory rounds the time of a client's creation to whole seconds. */
const roundingMs = 1000

/** Whether a client was made after an event, as far as whole seconds can tell. */
export function isNewerThanEvent(
  { created_at }: { readonly created_at?: string | undefined },
  { time }: Offboarded,
): boolean {
  return Date.parse(created_at ?? '') - roundingMs > Date.parse(time)
}
