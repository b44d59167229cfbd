import { isHarmless, isMarked, type Mark } from './secret-words.ts'

/** A part of a text, and what takes its place. */
export interface Part {
  readonly start: number
  readonly end: number
  readonly mark: Mark
}

/**
 * A text with marks in place of parts.
 * @param pattern a global one; where it stands is changed, so that `partOf` may not search by it
 * @param partOf the part that a match is about; `undefined` where it is about none
 * @param needed what every match holds: a pattern is made ready when it is first used, which takes
 * longer than to look at many texts
 */
export function replaced(
  text: string,
  pattern: RegExp,
  partOf: (match: RegExpExecArray) => Part | undefined,
  needed = '',
): string {
  if (!text.includes(needed)) return text
  const parts: Part[] = []
  pattern.lastIndex = 0
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    const part = partOf(match)
    if (part === undefined) continue
    parts.push(part)
    pattern.lastIndex = Math.max(pattern.lastIndex, part.end)
  }
  return withParts(text, parts)
}

/** A text with marks in place of parts, which stand in order and do not overlap. */
export function withParts(text: string, parts: readonly Part[]): string {
  const pieces: string[] = []
  let at = 0
  for (const { start, end, mark } of parts) {
    if (isMarked(text, start) || isHarmless(text.slice(start, end).trim())) continue
    pieces.push(text.slice(at, start), mark)
    at = end
  }
  return pieces.length === 0 ? text : [...pieces, text.slice(at)].join('')
}

/** The part that a pattern's last group has matched, at the end of the whole. */
export function lastGroup(match: RegExpExecArray, mark: Mark): Part {
  const end = match.index + match[0].length
  return { start: end - (match.at(-1)?.length ?? 0), end, mark }
}
