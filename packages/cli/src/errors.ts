/** The command line or a setting is wrong; the message says in one line what to do. Exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** What was asked for could not be done; the message says in one line what to do. Exit code 1. */
export class CommandError extends Error {
  override readonly name = 'CommandError'
}
