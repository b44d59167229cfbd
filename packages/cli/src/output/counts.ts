import type { Counts } from '@lapse/core/workflows'
import { durationText } from './duration.ts'

/** Counts a person reads, in words and without what is not worth a word. */
export function countLines(counts: Counts): readonly (readonly [string, string])[] {
  return Object.entries(counts)
    .filter(([name, count]) => count > 0 || usual.has(name))
    .map(([name, count]) => [wordsOf(name), countText(name, count)])
}

/** Told even where there are none. */
const usual = new Set(['consent_sessions', 'login_sessions', 'clients'])

function wordsOf(name: string): string {
  return name.replace(/_ms$/, '').replaceAll('_', ' ')
}

function countText(name: string, count: number): string {
  return name.endsWith('_ms') ? durationText(count) : String(count)
}
