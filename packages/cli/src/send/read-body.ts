import { readUtf8 } from '@lapse/core/json'
import { CommandError } from '../errors.ts'
import { nameOf, readBytes } from '../read-bytes.ts'

/**
 * The whole of a file, or of standard input for `-`, as it stands.
 * @throws UsageError where it cannot be read, CommandError where it is not UTF-8: put right
 * silently, a subject would be another
 */
export async function readBody(file: string): Promise<string> {
  const name = nameOf(file)
  const bytes = await readBytes(file, 'give a file that holds one event')
  if (isUtf16(bytes)) throw wrongEncoding(name, 'is UTF-16')
  // A byte order mark stays: it is a character that JSON does not begin with.
  const body = readUtf8(bytes)
  if (body === undefined) throw wrongEncoding(name, 'is not UTF-8')
  return body
}

function wrongEncoding(name: string, problem: string): CommandError {
  return new CommandError(`${name} ${problem}; save the event as UTF-8 and try again`)
}

/** By its byte order mark, or because JSON begins with ASCII, which has a zero in each pair of bytes. */
function isUtf16(bytes: Uint8Array): boolean {
  const [first = 1, second = 1] = bytes
  const hasMark = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)
  return hasMark || (first === 0) !== (second === 0)
}
