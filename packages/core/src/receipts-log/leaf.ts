import { ReceiptsLogError } from '../errors.ts'
import { losesNumbers, printCanonical, problemWithJson } from '../json/index.ts'

const mostLevels = 512
/** The length of an entry has two bytes in a bundle (C2SP tlog-tiles). */
const mostBytes = 65_535

const limits = {
  levels: mostLevels,
  strict: true,
  refuse(problem: string): never {
    throw notCanonical(problem)
  },
}

/**
 * The entry that the log has of a receipt: its canonical JSON (RFC 8785).
 *
 * @param text the receipt as JSON, in any spelling
 * @throws ReceiptsLogError `not-canonical` where readers could differ on what it means: a member
 *   twice, a number that no double holds, half a surrogate pair, more than 512 levels;
 *   `receipt-too-large` above 65,535 bytes
 */
export function leafOf(text: string): Uint8Array {
  const value = parse(text)
  const problem = problemWithJson(text, mostLevels)
  if (problem !== undefined) throw notCanonical(problem)
  if (losesNumbers(text)) throw notCanonical('number')
  const leaf = Buffer.from(printCanonical(value, limits))
  if (leaf.length > mostBytes)
    throw new ReceiptsLogError('receipt-too-large', `a receipt of ${leaf.length} bytes`)
  return leaf
}

/** Whether a text is the canonical JSON of what it says, character by character. */
export function isCanonical(text: string): boolean {
  try {
    // What is printed again in the same way repeats no member and loses no digit.
    return text.isWellFormed() && printCanonical(parse(text), limits) === text
  } catch (error) {
    if (error instanceof ReceiptsLogError) return false
    throw error
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw notCanonical('not-json')
  }
}

function notCanonical(problem: string): ReceiptsLogError {
  return new ReceiptsLogError('not-canonical', `a receipt has no canonical JSON: ${problem}`)
}
