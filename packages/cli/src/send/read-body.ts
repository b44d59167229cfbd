import { readFile } from 'node:fs/promises'
import { buffer } from 'node:stream/consumers'
import { CommandError, UsageError } from '../errors.ts'

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a directory',
  EACCES: 'it may not be read',
}

/** A byte order mark stays: it is a character that JSON does not begin with. */
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * The whole of a file, or of standard input for `-`, as it stands.
 * @throws UsageError where it cannot be read, CommandError where it is not UTF-8: put right
 * silently, a subject would be another
 */
export async function readBody(file: string): Promise<string> {
  const name = nameOf(file)
  const bytes = await readBytes(file, 'give a file that holds one event')
  if (isUtf16(bytes)) throw wrongEncoding(name, 'is UTF-16')
  try {
    return utf8.decode(bytes)
  } catch (cause) {
    throw wrongEncoding(name, 'is not UTF-8', { cause })
  }
}

/**
 * The bytes of a file, or of standard input for `-`.
 * @param advice what to do where it cannot be read
 * @throws UsageError
 */
export async function readBytes(file: string, advice: string): Promise<Uint8Array> {
  return (file === '-' ? buffer(process.stdin) : readFile(file)).catch(
    (error: NodeJS.ErrnoException) => {
      const reason = reasons[error.code ?? ''] ?? error.code ?? 'unknown error'
      throw new UsageError(`cannot read ${nameOf(file)}: ${reason}; ${advice}`, { cause: error })
    },
  )
}

function nameOf(file: string): string {
  return file === '-' ? 'standard input' : file
}

function wrongEncoding(name: string, problem: string, options?: ErrorOptions): CommandError {
  return new CommandError(`${name} ${problem}; save the event as UTF-8 and try again`, options)
}

/** By its byte order mark, or because JSON begins with ASCII, which has a zero in each pair of bytes. */
function isUtf16(bytes: Uint8Array): boolean {
  const [first = 1, second = 1] = bytes
  const hasMark = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)
  return hasMark || (first === 0) !== (second === 0)
}
