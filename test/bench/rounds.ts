/**
 * Measures two in turn, round by round, and the other one first every second time.
 * @param count how many rounds count, and how many come before them to warm up
 */
export async function inTurn<Who extends string, Found>(
  [one, other]: readonly [Who, Who],
  { rounds, warmUp = 0 }: { readonly rounds: number; readonly warmUp?: number },
  measure: (who: Who) => Promise<Found>,
): Promise<readonly Readonly<Record<Who, Found>>[]> {
  const measured: Record<Who, Found>[] = []
  for (let round = -warmUp; round < rounds; round += 1) {
    const both = {} as Record<Who, Found>
    for (const who of round % 2 === 0 ? [one, other] : [other, one]) both[who] = await measure(who)
    if (round >= 0) measured.push(both)
  }
  return measured
}
