/** How far a file is. */
export interface Progress {
  readonly total: number
  readonly sent: number
  /** With a receipt. */
  readonly done: number
  /** Receipts a minute, since this process began with the rest; absent where none came yet. */
  readonly perMinute?: number
  /** When the last receipt is expected, in milliseconds since the epoch. */
  readonly finishAt?: number
}

/** Reckons rate and finish from where counting began. Pure. */
export function progressOf(
  { total, sent, done }: Pick<Progress, 'total' | 'sent' | 'done'>,
  since: { readonly done: number; readonly at: number },
  now: number,
): Progress {
  const ms = now - since.at
  const came = done - since.done
  if (ms <= 0 || came <= 0) return { total, sent, done }
  return {
    total,
    sent,
    done,
    perMinute: (came * 60_000) / ms,
    finishAt: now + ((total - done) * ms) / came,
  }
}
