import { randomUUID } from 'node:crypto'
import { constants, type Stats } from 'node:fs'
import { chmod, lstat, mkdir, open, rename, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { CommandError } from '../errors.ts'

/** Longer is nothing that lapse has written. */
const longestBytes = 1_048_576

/**
 * The text of a file that nobody but this user can have put there: file and folder are this user's
 * own, nobody else may write to them, and neither is a link. `undefined` where there is no such file.
 *
 * @throws CommandError where there is one that somebody else may have written
 */
export async function readPrivateFile(path: string): Promise<string | undefined> {
  const folder = await lstat(dirname(path)).catch(absent)
  const found = await lstat(path).catch(absent)
  if (folder === undefined || found === undefined) return undefined
  believe(path, problemWith(folder, folder.isDirectory()) ?? problemWith(found, found.isFile()))

  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants
  await using file = await open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
  // What was opened may be another than what was looked at.
  const stats = await file.stat()
  believe(path, problemWith(stats, stats.isFile()))
  return stats.size > longestBytes ? undefined : await file.readFile('utf8')
}

/** Writes a file anew under another name and puts it in place: its reader finds the old one or the new. */
export async function writePrivateFile(path: string, text: string): Promise<void> {
  await makePrivateFolder(dirname(path))
  const draft = `${path}.${randomUUID()}`
  try {
    await writeFile(draft, text, { flag: 'wx', mode: 0o600 })
    await rename(draft, path)
  } catch (error) {
    await rm(draft, { force: true })
    throw error
  }
}

async function makePrivateFolder(folder: string): Promise<void> {
  await mkdir(folder, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error
  })
  const stats = await lstat(folder)
  if (!stats.isDirectory()) throw Object.assign(new Error('not a folder'), { code: 'ENOTDIR' })
  if (!isOwn(stats)) throw Object.assign(new Error('not ours'), { code: 'EPERM' })
  if (stats.mode & 0o022) await chmod(folder, 0o700)
}

type Problem = 'not a plain file' | 'not yours' | 'writable by others'

const remedies: Readonly<Record<Problem, string>> = {
  'not a plain file': 'it or its folder is a link, or no file at all; remove it',
  'not yours': 'it or its folder belongs to somebody else; remove it, or go to another folder',
  'writable by others':
    'others may write to it or to its folder; remove it, and start lapse dev again',
}

function problemWith(stats: Stats, isPlain: boolean): Problem | undefined {
  if (!isPlain) return 'not a plain file'
  if (!isOwn(stats)) return 'not yours'
  return hasOwners && stats.mode & 0o022 ? 'writable by others' : undefined
}

/** Windows knows neither owner nor mode this way; there a user's folders are that user's. */
const hasOwners = process.getuid !== undefined

function isOwn({ uid }: Stats): boolean {
  return !hasOwners || uid === process.getuid?.()
}

/** @throws CommandError where there is a problem */
function believe(path: string, problem: Problem | undefined): void {
  if (problem === undefined) return
  throw new CommandError(`${path} is not believed: ${remedies[problem]}`)
}

/** A file has no folder below it. */
function absent(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined
  throw error
}
