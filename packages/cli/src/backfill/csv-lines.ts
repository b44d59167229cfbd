import { pipeline, Readable } from 'node:stream'
import { readUtf8 } from '@lapse/core/json'
import type { CsvError, Info } from 'csv-parse'
import { CommandError, UsageError } from '../errors.ts'
import { type FileLine, notUtf8 } from './file-line.ts'
import { longestLineBytes, withoutMark } from './split-lines.ts'

/** What csv-parse makes of a record: its fields as they stand, and where it ends. */
interface Row {
  readonly record: readonly Buffer[]
  readonly info: Info
}

/**
 * Lines of CSV (RFC 4180) under a header, which says which column the subject is in. A record that
 * goes on over several lines has the number of the last.
 */
export async function* csvLines(
  chunks: AsyncIterable<Buffer>,
  column: string,
): AsyncGenerator<FileLine> {
  const { index, names, rows } = await headed(rowsOf(chunks), column)
  for await (const { record, info } of rows) {
    const line = info.lines
    if (record.length !== names)
      yield {
        line,
        problem: `it has ${record.length} fields, and the header ${names}`,
      }
    else {
      const subject = readUtf8(record[index] ?? Buffer.alloc(0))
      yield subject === undefined ? { line, problem: notUtf8 } : { line, subject }
    }
  }
}

async function headed(rows: AsyncGenerator<Row>, column: string) {
  const { value, done } = await rows.next()
  // What stands there may be a user where somebody forgot the header, so that it is not told.
  const names = done ? [] : value.record.map((name) => readUtf8(name)?.trim())
  const index = names.indexOf(column)
  if (index < 0)
    throw new UsageError(
      `the first line names no column ${column}; give the file a header, and its name with --column`,
    )
  if (names.lastIndexOf(column) !== index)
    throw new UsageError(`the first line names the column ${column} twice; name each column once`)
  return { index, names: names.length, rows }
}

async function* rowsOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<Row> {
  const { parse } = await import('csv-parse')
  const parser = parse({
    encoding: null,
    info: true,
    max_record_size: longestLineBytes,
    record_delimiter: ['\r\n', '\n'],
    relax_column_count: true,
    skip_empty_lines: true,
  })
  pipeline(Readable.from(withoutMark(chunks)), parser, () => undefined)
  try {
    for await (const row of parser) yield row as Row
  } catch (error) {
    throw csvProblem(error)
  }
}

const problems: Readonly<Record<string, string>> = {
  CSV_INVALID_CLOSING_QUOTE: 'a quote is followed by something else than a comma',
  CSV_MAX_RECORD_SIZE: `a record is longer than ${longestLineBytes / 1024} KiB, or a quote is not closed`,
  CSV_QUOTE_NOT_CLOSED: 'a quote is not closed',
  INVALID_OPENING_QUOTE: 'a quote stands within a field; put the field in quotes, and double it',
}

/** Where quotes are wrong nobody knows any more where a record begins. Its own message may quote one. */
function csvProblem(error: unknown): unknown {
  const { code = '', lines } = Object(error) as CsvError & Partial<Info>
  if (!/^CSV_|^INVALID_/.test(code)) return error
  return new CommandError(
    `line ${lines} is not CSV: ${problems[code] ?? code}; put it right, nothing after it can be read`,
    { cause: error },
  )
}
