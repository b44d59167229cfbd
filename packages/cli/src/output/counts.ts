import type { Counts } from '@lapse/core/run'
import { durationText } from './duration.ts'
import { kept } from './layout.ts'

/** One of them, and many; told even where there are none. */
const usual: Readonly<Record<string, readonly [string, string]>> = {
  consent_sessions: ['consent session', 'consent sessions'],
  login_sessions: ['login session', 'login sessions'],
  clients: ['client', 'clients'],
}

/** Counts as a person says them; the unusual ones only where there are any. */
export function countsText(counts: Counts): string {
  return texts(counts).join(', ')
}

/** The same where no line is to end within a count. */
export function keptCountsText(counts: Counts): string {
  return texts(counts).map(kept).join(', ')
}

function texts(counts: Counts): readonly string[] {
  return toldCounts(counts).map(
    ([name, count]) => `${valueText(name, count)} ${countName(name, count)}`,
  )
}

/** Those of which a person is told. */
export function toldCounts(counts: Counts): readonly (readonly [string, number])[] {
  return Object.entries(counts).filter(([name, count]) => count > 0 || name in usual)
}

/** What is counted, as a person calls so many of it. */
export function countName(name: string, count: number): string {
  const [one, many] = usual[name] ?? []
  const known = count === 1 ? one : many
  if (known !== undefined) return known
  const words = name
    .replace(/_ms$/, '')
    .replaceAll('_', ' ')
    .replace(/\bapi\b/, 'API')
  // Counts are named by a plural, and what comes after it says of which kind.
  return count === 1 ? words.replace(/ies\b/, 'ys').replace(/([^s\W])s\b/, '$1') : words
}

function valueText(name: string, count: number): string {
  return name.endsWith('_ms') ? durationText(count) : String(count)
}
