import { ConfigError, OryResponseError } from '../../errors.ts'
import type { UserEvent } from '../../events/index.ts'
import type { AccountCall, ApiKey, List, RevokeApiKeyBody } from '../../ory/index.ts'
import {
  acceptedCalls,
  type Counts,
  callsIn,
  isAccepted,
  type MayStillWork,
  type Reading,
  type Step,
  type StepRecord,
  type Trailing,
  waitedFor,
} from '../../run/index.ts'
import { inTurn } from './in-turn.ts'

type Count = 'issued_api_keys' | 'imported_api_keys'

const forWhoLeaves: RevokeApiKeyBody = { reason: 'REVOCATION_REASON_AFFILIATION_CHANGED' }

/** How long a page, or a revocation, may take; a server that is slower is tried again later. */
const patienceMs = 10_000

/**
 * So many revocations that fail one after the other are the server's fault, and no key's. What it
 * refuses for good is not among them.
 */
const failuresInARow = 20

/** The most that Ory gives. */
const pageSize = 1000

interface Kind {
  readonly count: Count
  readonly what: string
  readonly list: 'adminListIssuedApiKeys' | 'adminListImportedApiKeys'
  readonly revoke: (id: string) => AccountCall
  /** Its step's name in a row. */
  readonly key: string
}

const kinds: readonly Kind[] = [
  {
    count: 'issued_api_keys',
    what: 'API keys that Ory issued',
    list: 'adminListIssuedApiKeys',
    revoke: (id) => ({ op: 'adminRevokeIssuedApiKey', params: { id, body: forWhoLeaves } }),
    key: 'issued-api-keys',
  },
  {
    count: 'imported_api_keys',
    what: 'API keys that were imported',
    list: 'adminListImportedApiKeys',
    revoke: (id) => ({ op: 'adminRevokeImportedApiKey', params: { id, body: forWhoLeaves } }),
    key: 'imported-api-keys',
  },
]

const newer = ' newer than the event'

/** The keys that are newer than the event are a step of their own, so that a row counts them. */
function stepsFor(
  kind: Kind,
  keys: readonly ApiKey[],
  event: Pick<UserEvent, 'time'>,
): readonly Step<Count>[] {
  const { true: late = [], false: others = [] } = Object.groupBy(keys, (one) =>
    String(isLater(one, event)),
  )
  return [
    { key: kind.key, keys: others },
    { key: kind.key + newer, keys: late },
  ]
    .filter((step) => step.keys.length > 0)
    .map((step) => stepFor(kind, step.key, step.keys))
}

function stepFor({ revoke, what, count }: Kind, key: string, keys: readonly ApiKey[]): Step<Count> {
  return {
    key,
    by: 'key_id',
    calls: keys.map(({ key_id }) => revoke(key_id)),
    ends: [{ what, evidence: { seenIn: count } }],
    apart: { failuresInARow, callMs: patienceMs },
  }
}

/** By the clocks of whoever has the keys and of the publisher; a key that does not say when it was made is not. */
function isLater({ create_time = '' }: ApiKey, { time }: Pick<UserEvent, 'time'>): boolean {
  return Date.parse(create_time) > Date.parse(time)
}

/**
 * Revokes the API keys that work, each by its id, a page at a time. Ory lists those that are active:
 * what is revoked is listed no more, so that the list itself says how far an earlier delivery came.
 * Those that it would not revoke then are asked for again last, so that any number of them keeps no
 * other key waiting.
 *
 * Those that were made after the event end as well, as consents do, and are counted: until the event is
 * processed, whoever has the user's session may make one.
 * @param notesOfNewer what a person should know of so many keys that are newer than the event
 */
export function apiKeysEnd(
  notesOfNewer: (count: number) => readonly string[],
): Trailing<Pick<UserEvent, 'subject' | 'time'>> {
  return {
    what: 'API keys',
    async *parts(event, reading, known) {
      const left: unknown[] = []
      // What cannot be read or revoked of one list is no reason to leave the keys of the other one.
      for (const kind of kinds)
        try {
          const list = () => pagesOf(kind, event.subject, reading)
          for await (const keys of inTurn(list, leftInVain(kind, known)))
            yield stepsFor(kind, keys, event)
        } catch (error) {
          left.push(error)
        }
      if (left.length > 0) throw waitedFor(left)
    },
    countBefore: (steps) => ({ api_keys_newer_than_event: newerIn(steps) }),
    async look({ subject }, reading) {
      const counted: [Count, number][] = []
      for (const kind of kinds) counted.push([kind.count, await firstCount(kind, subject, reading)])
      const left = counted.reduce((sum, [, count]) => sum + count, 0)
      return {
        counts: Object.fromEntries(counted),
        remaining: left === 0 ? {} : { 'API keys': left },
      }
    },
    notes: (steps) => [...notesOfNewer(newerIn(steps)), ...kinds.flatMap(keysNotCounted(steps))],
  }
}

function newerIn(steps: readonly StepRecord[]): number {
  return steps.reduce((sum, { key, calls }) => sum + (key.endsWith(newer) ? calls : 0), 0)
}

/** Both steps of a kind, as a row counts them. */
function stepsOf(kind: Kind, steps: readonly StepRecord[]): readonly StepRecord[] {
  return steps.filter(({ key }) => key === kind.key || key === kind.key + newer)
}

/**
 * How many revocations of a kind were tried in vain. Keys that are refused stay at the head of their
 * list; whoever comes next begins behind as many, and tries those again at the end.
 */
function leftInVain(kind: Kind, steps: readonly StepRecord[]): number {
  const tries = stepsOf(kind, steps).flatMap((step) => step.tries)
  return callsIn(tries.filter((made) => !isAccepted(made)))
}

/** A key whose revocation had no answer is listed again, or is gone: no row holds ids to tell by. */
function keysNotCounted(steps: readonly StepRecord[]) {
  return (kind: Kind): readonly string[] => {
    const its = stepsOf(kind, steps)
    const more = its.reduce((sum, step) => sum + Math.max(0, moreThanCounted(step)), 0)
    const unknown = its.reduce((sum, step) => sum + withoutAnswer(step), 0)
    return more === 0
      ? []
      : [
          `there may have been ${more} more ${kind.what} than are counted: ${unknown} revocations had no answer, and a key that is revoked is listed no more`,
        ]
  }
}

function moreThanCounted(step: StepRecord): number {
  return acceptedCalls(step) + withoutAnswer(step) - step.calls
}

function withoutAnswer({ tries }: StepRecord): number {
  return callsIn(tries.filter(({ outcome }) => outcome === 'unknown'))
}

/** How many keys the first page with any shows, as there may be empty ones before it; 0: no key works. */
async function firstCount(kind: Kind, subject: string, reading: Reading): Promise<number> {
  for await (const { length } of pagesOf(kind, subject, reading)) if (length > 0) return length
  return 0
}

/**
 * Keys that work, by pages; an empty one where nothing is listed.
 * @throws OryResponseError where a page comes again, as nobody knows then what is on the others
 */
async function* pagesOf(
  { list }: Kind,
  subject: string,
  { accounts, signal }: Reading,
): AsyncGenerator<readonly ApiKey[], void> {
  if (accounts === undefined) throw new ConfigError('it is not said where API keys are')
  const options = { timeoutMs: patienceMs, ...(signal && { signal }) }
  const asked = { actor_id: subject, status: 'KEY_STATUS_ACTIVE', page_size: pageSize } as const
  const seen = new Set<string>()
  for (let token: string | undefined; ; ) {
    const page: Awaited<List<ApiKey>> = await accounts[list](
      { ...asked, ...(token !== undefined && { page_token: token }) },
      options,
    )
    yield page.items.filter(isWorking)
    token = page.nextPageToken
    if (token === undefined) return
    if (seen.has(token))
      throw new OryResponseError(list, 200, 'the list of API keys goes in circles')
    seen.add(token)
  }
}

/** What has no status works, as far as anybody can tell. */
function isWorking({ status }: ApiKey): boolean {
  return status !== 'KEY_STATUS_REVOKED' && status !== 'KEY_STATUS_EXPIRED'
}

/** What a key was exchanged for is kept nowhere, and checked by nobody who could be asked. */
export function derivedTokens(observations: readonly Counts[]): readonly MayStillWork[] {
  const had = ({ issued_api_keys: issued = 0, imported_api_keys: imported = 0 }: Counts) =>
    issued + imported > 0
  return observations.some(had)
    ? [
        {
          what: 'tokens derived from API keys',
          until: null,
          why: 'they are checked offline and kept nowhere: each works until it expires',
        },
      ]
    : []
}
