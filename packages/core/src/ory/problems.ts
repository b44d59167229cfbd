/** What is wrong with a single value; `undefined` where nothing is. No text here holds the value. */
type Problem = string | undefined

/** An empty string is never sent: Ory reads it as no filter at all. */
export const problemWithText = (value: unknown): Problem => {
  if (typeof value !== 'string') return 'must be a string'
  if (value === '') return 'must not be empty'

  return value.isWellFormed() ? undefined : 'must be well-formed Unicode'
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it looks for.
const controlCharacter = /[\u0000-\u001f\u007f-\u009f]/

// Also where a proxy on the way decodes once more than it should.
const dotSegment = /(?:^|[/\\]|%2f|%5c)(?:\.|%2e){1,2}(?:$|[/\\]|%2f|%5c)/i

const slashAtEnd = /(?:\/|%2f)$/i

/**
 * Percent-encoding keeps an id one segment of the path, with three exceptions: Ory cuts a slash off
 * the end of a path, encoded or not, so that `x/` is `x`; every parser resolves dots; and control
 * characters are refused, or cut off, by what may stand between.
 */
export const problemWithId = (value: unknown): Problem => {
  const problem = problemWithText(value)
  if (problem !== undefined) return problem

  const id = String(value)
  if (slashAtEnd.test(id)) return 'must not end in a slash'
  if (controlCharacter.test(id)) return 'must not hold control characters'

  return dotSegment.test(id) ? 'must not be or hold a . or .. path segment' : undefined
}

/** Who is meant, a user or one of their sessions: one alone, never a pattern that reads as all. */
export const problemWithSubject = (value: unknown): Problem => {
  const problem = problemWithText(value)
  if (problem !== undefined) return problem

  const subject = String(value)
  if (subject.trim() === '') return 'must not be blank'
  if (subject.trim() === '*') return 'must not be *'

  return controlCharacter.test(subject) ? 'must not hold control characters' : undefined
}

/** Talos' filter has no escapes: a quotation mark would end the text, and it finds nothing by an escaped backslash. */
export const problemWithFilter = (value: unknown): Problem =>
  problemWithSubject(value) ??
  (/["\\]/.test(String(value)) ? 'must not hold quotation marks or backslashes' : undefined)

export const problemWithCount = (value: unknown): Problem =>
  Number.isSafeInteger(value) && Number(value) > 0 ? undefined : 'must be a whole number from 1 up'

/** The specification's default for a page token, `1`, is a token no server gives and current ones refuse. */
export const problemWithPageToken = (value: unknown): Problem =>
  value === '1' ? 'must be a token from an earlier page, or left out' : problemWithText(value)

const outsideHeader = /[^\t\x20-\x7e\x80-\xff]/

export const problemWithHeader = (value: unknown): Problem => {
  const problem = problemWithText(value)
  if (problem !== undefined) return problem

  return outsideHeader.test(String(value)) ? 'must hold only what a header may' : undefined
}

export const problemWithConstant = (value: unknown): string | undefined =>
  typeof value === 'string' && /^[A-Z][A-Z_]*$/.test(value)
    ? undefined
    : 'must be one of the constants that the operation names'
