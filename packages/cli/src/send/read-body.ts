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
  const bytes = file === '-' ? await buffer(process.stdin) : await bytesOf(file)
  try {
    return utf8.decode(bytes)
  } catch (cause) {
    const what = file === '-' ? 'standard input' : file
    throw new CommandError(`${what} is not UTF-8; save the event as UTF-8 and try again`, { cause })
  }
}

async function bytesOf(file: string): Promise<Buffer> {
  return await readFile(file).catch((error: NodeJS.ErrnoException) => {
    const reason = reasons[error.code ?? ''] ?? error.code ?? 'unknown error'
    throw new UsageError(`cannot read ${file}: ${reason}; give a file that holds one event`, {
      cause: error,
    })
  })
}
