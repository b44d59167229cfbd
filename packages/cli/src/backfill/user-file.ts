import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { extname } from 'node:path'
import type { SubjectLine } from '@lapse/core/backfill'
import { CommandError, UsageError } from '../errors.ts'
import { unreadable } from '../read-bytes.ts'
import { type BadLines, badLines } from './bad-lines.ts'
import { csvLines } from './csv-lines.ts'
import type { FileLine, ReadLines } from './file-line.ts'
import { ndjsonLines } from './ndjson-lines.ts'

/** How a subject is read, and what is asked of one. */
export interface UserReading {
  /** The column or member that it is in. */
  readonly column: string
  /** What is wrong with a subject, in words that do not repeat it; `undefined`: nothing. */
  readonly problemWith: (subject: string) => string | undefined
  /** Ends the first reading. */
  readonly signal?: AbortSignal
}

/** A file of users that was read once from end to end. */
export interface UserFile {
  /** SHA-256 of its bytes, in hex. */
  readonly digest: string
  /** How many lines hold a user. */
  readonly count: number
  readonly bad: BadLines
  /** Those lines, from the beginning. @throws CommandError where the file is not the same any more */
  subjects(): AsyncGenerator<SubjectLine>
}

const readers: Readonly<Record<string, ReadLines>> = {
  '.csv': csvLines,
  '.jsonl': ndjsonLines,
  '.ndjson': ndjsonLines,
}

/**
 * Reads a file of users to its end, without keeping any: how many there are, and which lines hold
 * none.
 * @throws UsageError where it cannot be read, or has not the column; CommandError where it is not CSV
 */
export async function openUserFile(path: string, reading: UserReading): Promise<UserFile> {
  const read = readers[extname(path).toLowerCase()]
  if (read === undefined)
    throw new UsageError(`${path} is neither .ndjson nor .csv; name it after what it holds`)
  const known = await markOf(path)
  const hash = createHash('sha256')
  const bad = badLines()
  let count = 0
  for await (const line of checked(read(hashed(bytesOf(path), hash), reading.column), reading)) {
    reading.signal?.throwIfAborted()
    if ('problem' in line) bad.add(line.line, line.problem)
    else count += 1
  }
  await refuseAnother(path, known)
  return {
    digest: hash.digest('hex'),
    count,
    bad,
    async *subjects() {
      let passed = 0
      for await (const line of read(bytesOf(path), reading.column)) {
        if (passed % lookEvery === 0) await refuseAnother(path, known)
        passed += 1
        if ('subject' in line && !bad.has(line.line)) yield line
      }
    },
  }
}

/** How many lines are read before the file is looked at again. */
const lookEvery = 100

async function* checked(
  lines: AsyncIterable<FileLine>,
  { problemWith }: UserReading,
): AsyncGenerator<FileLine> {
  for await (const line of lines) {
    const problem = 'subject' in line ? problemWith(line.subject) : undefined
    yield problem === undefined ? line : { line: line.line, problem }
  }
}

async function* hashed(
  chunks: AsyncIterable<Buffer>,
  hash: ReturnType<typeof createHash>,
): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    hash.update(chunk)
    yield chunk
  }
}

function bytesOf(path: string): AsyncIterable<Buffer> {
  return createReadStream(path) as AsyncIterable<Buffer>
}

/** By what it would be seen if somebody wrote to the file meanwhile. */
async function markOf(path: string): Promise<string> {
  const found = await stat(path).catch((error: unknown) => {
    throw unreadable(path, error, 'give a file of users')
  })
  // It is read twice, and once more after every interruption.
  if (!found.isFile()) throw new UsageError(`cannot read ${path}: it is not a file; give one`)
  return [found.ino, found.size, found.mtimeMs].join(' ')
}

async function refuseAnother(path: string, known: string): Promise<void> {
  if ((await markOf(path)) === known) return
  throw new CommandError(`${path} was changed while it was read; give a copy that nobody writes to`)
}
