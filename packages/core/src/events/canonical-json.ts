import { EventError } from '../errors.ts'
import { printCanonical } from '../json/index.ts'
import { nestedTooDeeply } from './json.ts'

const limits = {
  // Deeper than any event that was read, with what stands around its content where it is named.
  levels: 100,
  strict: false,
  refuse(): never {
    throw new EventError(nestedTooDeeply)
  },
}

/**
 * JSON with one spelling per value, from which the names of events are made (RFC 8785).
 *
 * @throws EventError for what nests deeper than any event that was read
 */
export function canonicalJson(value: unknown): string {
  return printCanonical(value, limits)
}
