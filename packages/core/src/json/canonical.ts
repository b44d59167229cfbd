/** What makes a value unfit to be printed in one spelling that every reader agrees on. */
export type CanonicalProblem = 'nests' | 'number' | 'surrogate' | 'not-json'

/** How deep a value may nest, and what happens where it cannot be printed. */
export interface CanonicalLimits {
  readonly levels: number
  /** Whether half pairs of surrogates and what JSON has no word for are refused as well. */
  readonly strict: boolean
  /** Has to throw. */
  refuse(problem: CanonicalProblem): never
}

/**
 * JSON with one spelling per value: members sorted by UTF-16 code units, no white space, numbers
 * and strings as ECMAScript prints them (RFC 8785).
 */
export function printCanonical(value: unknown, limits: CanonicalLimits): string {
  return print(value, limits.levels, limits)
}

/** @param levels how many more levels there may be */
function print(value: unknown, levels: number, limits: CanonicalLimits): string {
  if (value === null || typeof value !== 'object') return printScalar(value, limits)
  if (levels === 0) return limits.refuse('nests')
  if (Array.isArray(value))
    return `[${value.map((item) => print(item, levels - 1, limits)).join(',')}]`

  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, member]) => `${printScalar(name, limits)}:${print(member, levels - 1, limits)}`)
  return `{${members.join(',')}}`
}

function printScalar(value: unknown, { strict, refuse }: CanonicalLimits): string {
  if (strict) {
    if (typeof value === 'string' && !value.isWellFormed()) return refuse('surrogate')
    if (typeof value === 'number' && !Number.isFinite(value)) return refuse('number')
    if (!['string', 'number', 'boolean'].includes(typeof value) && value !== null)
      return refuse('not-json')
  }
  return JSON.stringify(value)
}
