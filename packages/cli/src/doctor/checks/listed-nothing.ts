import { dynamoDbReceiptIndex } from '@lapse/aws/receipt-index'
import { required } from '@lapse/aws/settings/texts'
import { parseReceiptId, type ReceiptIndex } from '@lapse/core/ports'
import { commandAt } from '../../place/command-at.ts'
import { memberOf } from '../../site/http.ts'
import type { Site } from '../../site/site.ts'
import { type Check, cannotTell, type Outcome, well, wrong } from '../check.ts'

/** Of the last users whose first pass is closed. */
export interface ListedSeen {
  readonly users: number
  /** Those of whom Ory listed nothing at all. */
  readonly without: number
}

/** As many are looked at, of the last week. */
const mostUsers = 100
const weekMs = 7 * 86_400_000
/** Of fewer it may be chance. */
const leastUsers = 20
/** Some users never sign in to an app; that hardly any does is not to be believed. */
const mostWithout = 0.95

/** A wrong mapping of subjects looks like success: each receipt says that nothing was there. */
export const listedNothing: Check<ListedSeen> = {
  name: 'listed-nothing',
  about: 'receipts: users of whom nothing was listed',
  async read({ place, variables, clock }: Site) {
    const table = required(variables, 'LEDGER_TABLE')
    const index = dynamoDbReceiptIndex(table, clock, place.dynamoDb)
    const ids = await firstPasses(index, clock.now())
    const receipts = (await index.read(ids)).flatMap((text) => text ?? [])
    return { users: receipts.length, without: receipts.filter(hasListedNothing).length }
  },
  judge({ users, without }, where = {}): Outcome {
    if (users < leastUsers)
      return cannotTell(
        `only ${users} ${users === 1 ? 'user was' : 'users were'} processed within a week; of ${leastUsers} it can be told`,
      )
    const said = `of ${without} of the last ${users} users Ory listed nothing`
    if (without / users < mostWithout) return well(said)
    return wrong(
      `${said}: their subjects at Ory are probably called otherwise`,
      `compare an event with ${commandAt(where, 'lapse plan user-deleted --subject <somebody who is signed in>')}, and set USER_DELETED_SUBJECT_FIELD or IDENTITY_DELETED_SUBJECT_FIELD`,
    )
  },
}

async function firstPasses(index: ReceiptIndex, now: number): Promise<readonly string[]> {
  const ids: string[] = []
  for await (const { id } of index.list({ from: now - weekMs, to: now })) {
    const row = parseReceiptId(id)?.row
    if (row?.workflow === 'user-deleted' && row.pass === 'first') ids.push(id)
    if (ids.length === mostUsers) break
  }
  return ids
}

function hasListedNothing(receipt: string): boolean {
  const before = memberOf(JSON.parse(receipt), 'before')
  return ['consent_sessions', 'login_sessions'].every((name) => !memberOf(before, name))
}
