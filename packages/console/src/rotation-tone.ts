import type { Tone } from './html.ts'

/** A rotation that runs needs nobody, and what could not be looked at is not unwell. */
export function rotationTone({
  verdict,
  reason,
}: {
  readonly verdict: string
  readonly reason?: string | null
}): Tone {
  if (reason === 'running') return 'waiting'
  return verdict === 'well' ? 'good' : verdict === 'unknown' ? 'unknown' : 'bad'
}
