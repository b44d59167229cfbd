import { readFile } from 'node:fs/promises'
import { buffer } from 'node:stream/consumers'
import { UsageError } from './errors.ts'

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a directory',
  EACCES: 'it may not be read',
}

/**
 * The bytes of a file, or of standard input for `-`.
 * @param advice what to do where it cannot be read
 * @throws UsageError
 */
export async function readBytes(file: string, advice: string): Promise<Uint8Array> {
  return (file === '-' ? buffer(process.stdin) : readFile(file)).catch((error: unknown) => {
    throw unreadable(nameOf(file), error, advice)
  })
}

/** A file that cannot be read. @param advice what to do about it */
export function unreadable(name: string, error: unknown, advice: string): UsageError {
  const { code } = error as NodeJS.ErrnoException
  const reason = reasons[code ?? ''] ?? code ?? 'unknown error'
  return new UsageError(`cannot read ${name}: ${reason}; ${advice}`, { cause: error })
}

/** What a file is called where something is said of it. */
export function nameOf(file: string): string {
  return file === '-' ? 'standard input' : file
}
