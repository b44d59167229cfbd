/** A line of a file without its end; `undefined`: it is longer than any that is read. */
export interface RawLine {
  /** From 1. */
  readonly line: number
  readonly bytes: Buffer | undefined
}

/** Longer than any user is written down, and short enough to be held. */
export const longestLineBytes = 64 * 1024

const lineFeed = 0x0a

/** The lines of a stream, one after the other: no more than one of them is held. */
export async function* splitLines(chunks: AsyncIterable<Buffer>): AsyncGenerator<RawLine> {
  const rest = { parts: [] as Buffer[], bytes: 0 }
  const add = (part: Buffer) => {
    rest.bytes += part.length
    if (rest.bytes <= longestLineBytes) rest.parts.push(part)
    else rest.parts = []
  }
  const end = () => {
    const bytes = rest.bytes > longestLineBytes ? undefined : Buffer.concat(rest.parts)
    Object.assign(rest, { parts: [], bytes: 0 })
    return bytes
  }
  let line = 0
  for await (const chunk of chunks) {
    let from = 0
    for (let at = chunk.indexOf(lineFeed); at >= 0; at = chunk.indexOf(lineFeed, from)) {
      add(chunk.subarray(from, at))
      line += 1
      yield { line, bytes: end() }
      from = at + 1
    }
    if (from < chunk.length) add(chunk.subarray(from))
  }
  if (rest.bytes > 0) yield { line: line + 1, bytes: end() }
}

const mark = Buffer.from('\uFEFF')

/** Editors begin a file with a mark (UTF-8's byte order mark) that is no part of its first line. */
export async function* withoutMark(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let first: Buffer | undefined = Buffer.alloc(0)
  for await (const chunk of chunks) {
    if (first === undefined) {
      yield chunk
      continue
    }
    first = Buffer.concat([first, chunk])
    if (first.length < mark.length) continue
    yield afterMark(first)
    first = undefined
  }
  if (first !== undefined) yield afterMark(first)
}

function afterMark(bytes: Buffer): Buffer {
  return bytes.subarray(0, mark.length).equals(mark) ? bytes.subarray(mark.length) : bytes
}
