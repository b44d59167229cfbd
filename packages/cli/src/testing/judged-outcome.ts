import type { Outcome } from '../doctor/check.ts'

/** An outcome in one line, for tests: `well: …`, `cannot tell: …`, `wrong: …, do …; …, do …`. */
export function judged(outcome: Outcome): string {
  const text = textOf(outcome).replaceAll('\u00a0', ' ')
  return `${outcome.outcome.replace('-', ' ')}: ${text}`
}

function textOf(outcome: Outcome): string {
  if (outcome.outcome === 'well') return outcome.says
  if (outcome.outcome === 'cannot-tell') return outcome.why
  return outcome.problems.map(({ says, todo }) => `${says}, do ${todo}`).join('; ')
}
