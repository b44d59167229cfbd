import type { AppOffboarded } from '../../events/index.ts'
import { withinSignal } from '../../ports/index.ts'
import { type Reading, sharedReading } from '../../run/index.ts'

/** What discovery says of clients whose id is the URL of their metadata; `unknown`: it was not read. */
type Support = 'supported' | 'not-supported' | 'unknown'

/** For so long receipts share what was read. */
const sharedMs = 60_000

/** So long a receipt waits for it. */
const patienceMs = 5000

const supportOf = sharedReading<Support>(sharedMs, async (ory) => {
  const signal = AbortSignal.timeout(patienceMs)
  const configuration = await ory.discoverOidcConfiguration({}, { signal })
  const { client_id_metadata_document_supported: supported } = configuration
  return supported === true ? 'supported' : 'not-supported'
})

const notes: Readonly<Record<Support, string>> = {
  supported:
    'its id is a URL, and discovery says client_id_metadata_document_supported: Ory makes such a client again by itself when it is next seen',
  'not-supported':
    'its id is a URL, and discovery does not say client_id_metadata_document_supported: Ory makes no such client by itself',
  unknown:
    'its id is a URL, and discovery could not be read: where it says client_id_metadata_document_supported, Ory makes such a client again by itself when it is next seen',
}

/** Of a client that was deleted: whether it comes back by itself, where its id is a URL. */
export async function notesOnMetadataDocuments(
  { mode, clientId }: Pick<AppOffboarded, 'mode' | 'clientId'>,
  { ory, services, signal }: Reading,
): Promise<readonly string[]> {
  const isDeleted = mode === 'delete' || mode === 'reset'
  if (!isDeleted || !clientId.startsWith('https://')) return []
  const clock = services?.clock ?? { now: () => 0 }
  // What is read for many events is not at the pace of one of them.
  const support = await withinSignal(signal, () => supportOf(services?.ory ?? ory, clock)).catch(
    (): Support => 'unknown',
  )
  return [notes[support]]
}
