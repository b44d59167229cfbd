import type { Played } from './scenario.ts'

/** How many failed scenarios are told in full. */
const toldInFull = 5

/** Prints what was played, which faults were met, and how to play again what failed. */
export function report(played: readonly Played[]): void {
  const failed = played.filter(({ problems }) => problems.length > 0)
  const [first, last] = [played.at(0)?.seed, played.at(-1)?.seed]
  console.log(`${played.length} scenarios (seeds ${first} to ${last}), ${failed.length} failed`)
  for (const [style, same] of Map.groupBy(played, (one) => one.style))
    console.log(`  ${style}: ${same.length}`)
  const faults = summed(played)
  const total = [...faults.values()].reduce((sum, count) => sum + count, 0)
  console.log(`${total} faults`)
  for (const [name, count] of [...faults].sort()) console.log(`  ${name}: ${count}`)
  for (const { seed, style, stories, problems } of failed.slice(0, toldInFull)) {
    console.log(`\nseed ${seed} (${style}; ${stories.join(', ')}):`)
    for (const problem of problems.slice(0, 8)) console.log(`  ${problem}`)
    console.log(`  again: npm run test:faults -- --seed ${seed}`)
  }
  if (failed.length > toldInFull)
    console.log(`\nfailed as well: seeds ${failed.slice(toldInFull).map(({ seed }) => seed)}`)
}

function summed(played: readonly Played[]): ReadonlyMap<string, number> {
  const sums = new Map<string, number>()
  for (const { faults } of played)
    for (const [name, count] of faults) sums.set(name, (sums.get(name) ?? 0) + count)
  return sums
}
