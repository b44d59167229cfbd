/**
 * What a command answers with, and for which causes: the same cause has the same exit code, whichever
 * command it meets. docs/runbook.md shows this table.
 */
export const exitCodes = {
  done: { code: 0, causes: ['what was asked for is done', 'a server is ended by a signal'] },
  notDone: {
    code: 1,
    causes: [
      'an event is refused: it is not UTF-8, not JSON, too large, or not an event that a worker takes',
      'a server (Ory, SQS, DynamoDB, Secrets Manager) does not answer, or not as it should',
      'a server refuses: a key, credentials or rights that it does not accept, or a queue, a secret or a client that it does not have',
      'a part of the local system cannot start: a port is taken, say; or `lapse dev` has gone',
      'a rotation, a rollback or a repair is refused as things are, or its name was not typed out',
      'a dead letter is not there, may not be redriven, is not moot and so not closed, or its queue was not typed out to drop it',
      'no receipt of what was asked for is there, or something of a user who was deleted is still listed: a consent, a session at the identity provider or an API key',
      'a file of receipts is verified, and is neither `valid` nor `valid-as-of`',
      'a line of a file holds no user, a user has no receipt in time, or somebody else works through the file',
      'what was begun is interrupted, or a check of the demo or of `lapse doctor` finds something wrong',
    ],
  },
  usage: {
    code: 2,
    causes: [
      'the command line is wrong: a command, an option, an argument or its value',
      'a setting is missing or malformed: an environment variable, the AWS profile, region or credentials',
      'a file that was named cannot be read',
    ],
  },
} as const

/** The command line or a setting is wrong; the message says in one line what to do. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
  readonly exitCode = exitCodes.usage.code
}

/** What was asked for could not be done; the message says in one line what to do. */
export class CommandError extends Error {
  override readonly name = 'CommandError'
  readonly exitCode = exitCodes.notDone.code
}
