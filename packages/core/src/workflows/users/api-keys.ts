import { ConfigError, OryResponseError } from '../../errors.ts'
import type { ApiKey, List, RevokeApiKeyBody } from '../../ory/index.ts'
import {
  acceptedCalls,
  type Counts,
  callsIn,
  type MayStillWork,
  type Reading,
  type Step,
  type StepRecord,
  type Trailing,
  waitedFor,
} from '../../run/index.ts'

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
  readonly operation: 'adminListIssuedApiKeys' | 'adminListImportedApiKeys'
  readonly steps: (ids: readonly string[]) => Step<Count>
}

const kinds: readonly Kind[] = [
  {
    count: 'issued_api_keys',
    operation: 'adminListIssuedApiKeys',
    steps: (ids) => ({
      ...told('issued-api-keys'),
      calls: ids.map((id) => ({
        op: 'adminRevokeIssuedApiKey',
        params: { id, body: forWhoLeaves },
      })),
      ends: [{ what: 'API keys that Ory issued', evidence: { seenIn: 'issued_api_keys' } }],
    }),
  },
  {
    count: 'imported_api_keys',
    operation: 'adminListImportedApiKeys',
    steps: (ids) => ({
      ...told('imported-api-keys'),
      calls: ids.map((id) => ({
        op: 'adminRevokeImportedApiKey',
        params: { id, body: forWhoLeaves },
      })),
      ends: [{ what: 'API keys that were imported', evidence: { seenIn: 'imported_api_keys' } }],
    }),
  },
]

function told(key: string) {
  return { key, by: 'key_id', apart: { failuresInARow, callMs: patienceMs } } as const
}

/**
 * Revokes the API keys that work, each by its id, a page at a time. Ory lists those that are active:
 * what is revoked is listed no more, so that the list itself says how far an earlier delivery came.
 */
export const apiKeysEnd: Trailing<{ readonly subject: string }> = {
  what: 'API keys',
  async *parts({ subject }, reading) {
    const left: unknown[] = []
    // What cannot be read or revoked of one list is no reason to leave the keys of the other one.
    for (const kind of kinds)
      try {
        for await (const ids of pagesOf(kind, subject, reading))
          if (ids.length > 0) yield [kind.steps(ids)]
      } catch (error) {
        left.push(error)
      }
    if (left.length > 0) throw waitedFor(left)
  },
  async look({ subject }, reading) {
    const counted: [Count, number][] = []
    for (const kind of kinds) counted.push([kind.count, await firstCount(kind, subject, reading)])
    const left = counted.reduce((sum, [, count]) => sum + count, 0)
    return {
      counts: Object.fromEntries(counted),
      remaining: left === 0 ? {} : { 'API keys': left },
    }
  },
  notes: (steps) => steps.filter(({ by }) => by === 'key_id').flatMap(keysNotCounted),
}

/** A key whose revocation had no answer is listed again, or is gone: no row holds ids to tell by. */
function keysNotCounted(step: StepRecord): readonly string[] {
  const unknown = callsIn(step.tries.filter(({ outcome }) => outcome === 'unknown'))
  const more = acceptedCalls(step) + unknown - step.calls
  const what = step.ends.map((end) => end.what).join()
  return more <= 0
    ? []
    : [
        `there may have been ${more} more ${what} than are counted: ${unknown} revocations had no answer, and a key that is revoked is listed no more`,
      ]
}

/** How many keys the first page with any shows, as there may be empty ones before it; 0: no key works. */
async function firstCount(kind: Kind, subject: string, reading: Reading): Promise<number> {
  for await (const { length } of pagesOf(kind, subject, reading)) if (length > 0) return length
  return 0
}

/**
 * The ids of keys that work, by pages; an empty one where nothing is listed.
 * @throws OryResponseError where a page comes again, as nobody knows then what is on the others
 */
async function* pagesOf(
  { operation }: Kind,
  subject: string,
  { accounts, signal }: Reading,
): AsyncGenerator<readonly string[], void> {
  if (accounts === undefined) throw new ConfigError('it is not said where API keys are')
  const options = { timeoutMs: patienceMs, ...(signal && { signal }) }
  const asked = { actor_id: subject, status: 'KEY_STATUS_ACTIVE', page_size: pageSize } as const
  const seen = new Set<string>()
  for (let token: string | undefined; ; ) {
    const page: Awaited<List<ApiKey>> = await accounts[operation](
      { ...asked, ...(token !== undefined && { page_token: token }) },
      options,
    )
    yield page.items.filter(isWorking).map(({ key_id }) => key_id)
    token = page.nextPageToken
    if (token === undefined) return
    if (seen.has(token))
      throw new OryResponseError(operation, 200, 'the list of API keys goes in circles')
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
