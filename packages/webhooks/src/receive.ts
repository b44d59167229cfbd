import { RefusedError } from '@lapse/core/errors'
import { usualLanes } from '@lapse/core/lane'
import type { Arrival } from './arrival.ts'
import { refuseBinaryMode } from './binary-mode.ts'
import type { DoorServices } from './door-services.ts'
import { loadSource } from './load-source.ts'
import { readEvents } from './mapping.ts'
import type { Message } from './message.ts'
import { failed, type Outcome, queued, refused } from './outcome.ts'
import { readPayload } from './payload.ts'
import { receiveRevocation } from './revocation/receive-revocation.ts'
import type { Proof, SignedRequest } from './schemes/scheme.ts'
import type { Source } from './source.ts'
import { usableSecrets } from './usable-secrets.ts'

/** How many messages of a batch are put on a queue at the same time. */
const concurrency = 10

/** In milliseconds: a batch that takes longer is answered in time, and sent again. */
export const longest = 5000

/** Verifies a request, reads its events and queues them, in this order. Never throws. */
export async function receive(arrival: Arrival, services: DoorServices): Promise<Outcome> {
  try {
    const source = await loadSource(arrival.source)
    if ('jwt' in source) return await receiveRevocation(arrival, source, services)
    const request = { ...arrival, now: services.clock.now() }
    // Before anything is asked of AWS: a flood of what nobody signed holds no place for long.
    if (!source.scheme.mayBeSigned(request)) return refused

    const secrets = usableSecrets(await services.secretsOf(arrival.source), arrival.source)
    const proof = source.scheme.verify(request, secrets)
    return proof === undefined ? refused : await accept(request, source, proof, services)
  } catch (error) {
    return failed(error)
  }
}

async function accept(
  request: SignedRequest,
  source: Source,
  proof: Proof,
  {
    enqueue,
    subjectField,
    subjectTemplates,
    deactivatedUsersAre = 'suspended',
    lanes: chosen = {},
    clock,
  }: DoorServices,
): Promise<Outcome> {
  const { source: name, now } = request
  const lanes = (Object.hasOwn(chosen, name) ? chosen[name] : source.lanes) ?? usualLanes
  const context = {
    name,
    source,
    proof,
    lanes,
    subjectField,
    ...(subjectTemplates && { subjectTemplates }),
    deactivatedUsersAre,
    now,
  }
  const payload = readPayload(request.body)
  if (hasOwnIds(source)) refuseBinaryMode(payload, request)
  const reading = readEvents(payload, context)
  await enqueueAll(reading.messages, enqueue, () => clock.now() - now < longest)
  return queued(reading, hasOwnIds(source) ? {} : { event_id: proof.id })
}

/** The first that fails ends it: the sender has to send all of it again. */
async function enqueueAll(
  messages: readonly Message[],
  enqueue: DoorServices['enqueue'],
  isInTime: () => boolean,
): Promise<void> {
  for (let next = 0; next < messages.length; next += concurrency) {
    if (!isInTime()) throw new RefusedError('out-of-time')
    const some = messages.slice(next, next + concurrency)
    await Promise.all(some.map(({ stem, body }) => enqueue(stem, body)))
  }
}

/** A publisher's own id may hold a subject. */
function hasOwnIds(source: Source): boolean {
  return Object.values(source.events).some((mapping) => 'itself' in mapping)
}
