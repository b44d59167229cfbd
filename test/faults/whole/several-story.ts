import type { Receipt } from '@lapse/core/run'
import { severalSources } from './lambda.ts'
import { randomOf } from './random.ts'
import { bodyOf, problemsOfRows, sendSoon, spelled, type Teller } from './story.ts'
import { userIn, userTerms } from './user-story.ts'
import { start, type World } from './world.ts'

/**
 * An event about several users: those whom it names, and, where a deployment says where its identity
 * provider is, those who are found there, who may be gone once it was kept who they are.
 */
export const severalStory: Teller = (given, name) => {
  // Drawn apart, so that a seed whose event is about one user stands for what it did.
  const random = randomOf(given.seed * 6151 + 29)
  const world: World = { ...given, random, besides: random }
  const { accounts, accountSettings, hidden, seed } = world
  const terms = random.pick(userTerms)
  const canary = (what: string) => {
    const text = `canary-${what}-of-${name}-${seed}`
    hidden.add(text)
    return text
  }
  const isLookedUp = accountSettings.identitySessions === true
  const first = canary('named-first')
  const named = [
    first,
    ...Array.from({ length: random.between(isLookedUp ? 0 : 1, 2) }, (_, n) =>
      canary(`named-${n}`),
    ),
  ]
  const [employee, mail] = isLookedUp ? [canary('employee'), canary('mail')] : ['e-1', 'm-1']
  const { found } = accounts.state
  const looked = isLookedUp ? lookedUpIn(world, named, canary) : []
  for (const [by, subject] of looked) found[by].set(by === 'external_id' ? employee : mail, subject)
  if (random.chance(0.5)) leaveOnceKept(world)

  const subjects = [...new Set([...named, ...looked.map(([, subject]) => subject)])]
  const users = subjects.map((subject, n) => userIn(terms, world, `${name}-${n}`, subject))
  const receipts = receiptsOf(world)
  const id = `end of ${spelled(isLookedUp ? employee : first, random)}`
  const source = isLookedUp ? severalSources.lookedUp : severalSources.named
  const data = { employee, mail, accounts: named }
  sendSoon(world, terms.queue, bodyOf(terms.type, start - 60_000, data, { id, source }))

  return {
    name: `${terms.type} ${name} about ${subjects.length}`,
    async *problems() {
      for (const user of users) for await (const problem of user.problems()) yield problem
      yield* problemsOfParent(world, receipts, {
        subjects: subjects.length,
        lookups_that_found_nobody: isLookedUp ? 2 - looked.length : 0,
      })
    },
  }
}

type Found = readonly [by: 'external_id' | 'credentials_identifier', subject: string]

/** Whom each lookup finds, if it finds anybody: somebody else, or who is named already. */
function lookedUpIn(
  { random }: World,
  named: readonly string[],
  canary: (what: string) => string,
): readonly Found[] {
  const by = ['external_id', 'credentials_identifier'] as const
  return by.flatMap((way) => {
    if (random.chance(0.2)) return []
    const own = canary(`found-by-${way}`)
    return [[way, random.chance(0.2) ? (named[0] ?? own) : own] as const]
  })
}

/** The identities are deleted as soon as it was kept who they are. */
function leaveOnceKept({ watch, accounts }: World): void {
  watch.onWritten.push((kind) => {
    if (kind !== 'subjects') return
    for (const identities of Object.values(accounts.state.found)) identities.clear()
  })
}

/** Whether something is of publishers whose events are about several. */
function isOfSeveral({ event }: Pick<Receipt, 'event'>): boolean {
  return Object.values<string>(severalSources).includes(event.source)
}

/** Every receipt of theirs. */
function receiptsOf({ watch }: World): readonly Receipt[] {
  const receipts: Receipt[] = []
  watch.listeners.push((receipt) => {
    if (isOfSeveral(receipt)) receipts.push(receipt)
  })
  return receipts
}

/** What the event itself says, which each of its subjects' names; whom it was about is kept no more. */
function* problemsOfParent(
  { ledgers }: World,
  receipts: readonly Receipt[],
  counted: Readonly<Record<string, number>>,
): Generator<string> {
  const parents = ledgers.row.rows.filter(
    (row) => isOfSeveral(row) && row.about.subject === undefined,
  )
  yield* problemsOfRows(parents, ['first'])
  const [parent] = parents
  if (parent?.receipt === undefined) return
  const { before, event } = parent.receipt
  if (JSON.stringify(before) !== JSON.stringify(counted))
    yield `${JSON.stringify(before)} is counted, and not ${JSON.stringify(counted)}`
  for (const { subject, event: its } of receipts)
    if (subject !== undefined && its.parent !== event.id) yield `a receipt is of ${its.parent}`
  const ids = new Set(receipts.map(({ event: its }) => its.id))
  if (ids.size !== 1 + (counted['subjects'] ?? 0)) yield `${ids.size} events came of it`
  if (ledgers.subjects.rows.some(({ sealed }) => sealed !== undefined))
    yield 'whom it is about is still kept'
}
