import { EventError } from '../errors.ts'
import { nestedTooDeeply } from './json.ts'

/** Deeper than any event that was read, with what stands around its content where it is named. */
const mostLevels = 100

/**
 * JSON with one spelling per value: members sorted by UTF-16 code units, no white space, numbers
 * and strings as ECMAScript prints them (RFC 8785).
 *
 * @throws EventError for what nests deeper than any event that was read
 */
export function canonicalJson(value: unknown): string {
  return print(value, mostLevels)
}

/** @param levels how many more levels there may be */
function print(value: unknown, levels: number): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  if (levels === 0) throw new EventError(nestedTooDeeply)
  if (Array.isArray(value)) return `[${value.map((item) => print(item, levels - 1)).join(',')}]`

  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, member]) => `${JSON.stringify(name)}:${print(member, levels - 1)}`)
  return `{${members.join(',')}}`
}
