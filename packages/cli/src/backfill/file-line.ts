/** A line of a file: a subject, or why there is none. The problem never holds what the line does. */
export type FileLine =
  | { readonly line: number; readonly subject: string }
  | { readonly line: number; readonly problem: string }

/** Reads the lines of a file's bytes. Lines with nothing in them are passed over. */
export type ReadLines = (chunks: AsyncIterable<Buffer>, column: string) => AsyncIterable<FileLine>

export const notUtf8 = 'it is not UTF-8'
