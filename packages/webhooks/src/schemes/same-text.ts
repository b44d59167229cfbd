import { timingSafeEqual } from 'node:crypto'

/**
 * Whether one of the texts that were expected is among those that were given. Every pair is
 * compared, each in constant time, so that the time it takes tells nothing of their content.
 */
export function anySame(expected: readonly string[], given: readonly string[]): boolean {
  const found = expected.flatMap((one) => given.map((other) => isSame(one, other)))
  return found.includes(true)
}

function isSame(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)]
  return a.length === b.length && timingSafeEqual(a, b)
}
