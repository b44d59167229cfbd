import { EventError } from '@lapse/core/errors'
import { CommandError } from '../errors.ts'
import { readBody } from '../send/read-body.ts'
import { refusalOf } from '../send/refusal.ts'

/**
 * The event in a file (`-`: standard input), read as its worker would read it.
 * @throws UsageError where there is no such file, CommandError where it holds no such event
 */
export async function eventOfFile<Event>(
  file: string,
  parse: (body: string) => Event,
): Promise<Event> {
  const body = await readBody(file)
  try {
    return parse(body)
  } catch (error) {
    if (!(error instanceof EventError)) throw error
    throw new CommandError(`the event cannot be read: ${refusalOf(error, body)}`, { cause: error })
  }
}
