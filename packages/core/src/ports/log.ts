/** What a log line may carry: names, counts, codes and pseudonyms; never a subject, token or secret. */
export type LogFields = Readonly<Record<string, unknown>>

/** Structured logging. A message is a constant sentence; what varies goes into the fields. */
export interface Log {
  info(message: string, fields?: LogFields): void
  warn(message: string, fields?: LogFields): void
  error(message: string, fields?: LogFields): void
}
