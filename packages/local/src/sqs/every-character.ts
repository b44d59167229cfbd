import { fauxqsModule } from './fauxqs-modules.ts'

/** What SQS takes in a message: all that XML 1.0 does. A lone half of a surrogate pair is none of it. */
const taken = /^[\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]*$/u

/**
 * Has fauxqs take every character that SQS takes: its own pattern refuses those beyond U+FFFF, such
 * as emoji. The pattern is one object that all its actions share, and none of what it exports.
 *
 * @throws TypeError where another version of fauxqs has it no more
 */
export async function takeEveryCharacter(): Promise<void> {
  const { INVALID_MESSAGE_BODY_CHAR } = (await fauxqsModule('./sqs/sqsTypes.js')) as {
    readonly INVALID_MESSAGE_BODY_CHAR: RegExp
  }
  INVALID_MESSAGE_BODY_CHAR.test = (text) => !taken.test(text)
}
