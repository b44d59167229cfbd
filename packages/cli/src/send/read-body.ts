import { readFile } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import { UsageError } from '../errors.ts'

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a directory',
  EACCES: 'it may not be read',
}

/** The whole of a file, or of standard input for `-`, as it stands. @throws UsageError */
export async function readBody(file: string): Promise<string> {
  if (file === '-') return text(process.stdin)
  return await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    const reason = reasons[error.code ?? ''] ?? error.code ?? 'unknown error'
    throw new UsageError(`cannot read ${file}: ${reason}; give a file that holds one event`, {
      cause: error,
    })
  })
}
