import type { Random } from './random.ts'
import type { World } from './world.ts'

/** Something that is to happen in a world, and what has to have come of it in the end. */
export interface Story {
  readonly name: string
  /** Looks at the end of all. @returns what is not as it has to be */
  readonly problems: () => Iterable<string> | AsyncIterable<string>
}

/** Begins a story: puts into the world what is there before, and sends its messages. */
export type Teller = (world: World, name: string) => Story

export function bodyOf(
  type: string,
  time: number,
  data: object,
  { id, source }: { readonly id: string; readonly source: string },
): string {
  return JSON.stringify({
    specversion: '1.0',
    id,
    source,
    type,
    time: new Date(time).toISOString(),
    data,
  })
}

const tenMinutes = 600_000

/** Sends a message within the first ten minutes, or with others at once; once or more often. */
export function sendSoon(world: World, queue: keyof World['queues'], body: string): void {
  const { random, time, queues } = world
  const copies = random.chance(0.3) ? random.between(2, 3) : 1
  for (let copy = 0; copy < copies; copy += 1)
    time.in(
      random.chance(0.5) ? random.between(1000, 1500) : random.between(0, tenMinutes),
      () => void queues[queue].send({ body, attributes: {} }),
    )
}

/** The rows about something in the ledger. */
export function rowsAbout(world: World, about: Readonly<Record<string, string>>) {
  return world.ledgers.row.rows.filter((row) =>
    Object.entries(about).every(([name, value]) => Reflect.get(row.about, name) === value),
  )
}

/** That rows end in receipts, and how many there are of each pass. */
export function* problemsOfRows(
  rows: World['ledgers']['row']['rows'],
  passes: readonly string[],
): Generator<string> {
  const found = rows.map(({ pass }) => pass).sort()
  if (JSON.stringify(found) !== JSON.stringify([...passes].sort()))
    yield `its passes are [${found}] and not [${passes}]`
  for (const { pass, receipt, attempts } of rows)
    if (receipt === undefined)
      yield `the ${pass} pass has no receipt: ${JSON.stringify(attempts.at(-1))}`
}

/** How a publisher may write somebody's name into a text of its own. */
export function spelled(text: string, random: Random): string {
  return random.pick<(text: string) => string>([
    (plain) => plain,
    encodeURIComponent,
    (plain) => encodeURIComponent(encodeURIComponent(plain)),
    (plain) => plain.toUpperCase(),
    (plain) => plain.normalize('NFD'),
    (plain) => Buffer.from(plain).toString('base64url'),
    (plain) => Buffer.from(plain).toString('hex'),
  ])(text)
}
