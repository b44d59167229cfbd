import { readFile } from 'node:fs/promises'
import { InputError } from '../checks.ts'
import { parseSeed, type Seed } from './seed.ts'

/**
 * Reads a seed file.
 *
 * @throws InputError in one line, which begins with the file's name.
 */
export async function readSeedFile(path: string): Promise<Seed> {
  const source = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    const what =
      cause.code === 'ENOENT' ? 'there is no such file' : `cannot be read (${cause.code})`
    throw new InputError('', `${path}: ${what}`, { cause })
  })
  try {
    return parseSeed(source)
  } catch (error) {
    if (!(error instanceof InputError)) throw error
    throw new InputError('', `${path}: ${error.message}`, { cause: error })
  }
}
