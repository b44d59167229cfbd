import { ConfigError, EventError } from '@lapse/core/errors'
import type { Arrival } from '../arrival.ts'
import type { DoorServices } from '../door-services.ts'
import { type Message, messageOf } from '../message.ts'
import { failed, forbidden, type Outcome, refused, revoked, unreadable } from '../outcome.ts'
import { readPayload } from '../payload.ts'
import type { JwtProof } from '../schemes/signed-jwt.ts'
import type { RevocationSource } from '../source.ts'
import { claimToken, tokenId } from './claim-token.ts'
import type { RevocationIssuer } from './issuer.ts'
import type { RevocationServices } from './services.ts'
import { subjectIdentifierIn } from './subject-identifier.ts'

/** A request that an issuer signed a JWT for. */
interface Signed {
  readonly arrival: Arrival
  readonly issuer: RevocationIssuer
  readonly proof: JwtProof
  readonly now: number
}

/**
 * Verifies whom a request is by, reads whom it is about, keeps which body its JWT was for, and queues
 * the event, in this order. Never throws.
 */
export async function receiveRevocation(
  arrival: Arrival,
  source: RevocationSource,
  services: DoorServices,
): Promise<Outcome> {
  try {
    const signed = await verify(arrival, source, services)
    return signed === undefined ? refused : await accept(signed, source, services)
  } catch (error) {
    return error instanceof EventError ? unreadable(error, 400) : failed(error)
  }
}

/** Asks nobody for anything before a JWT that could be by an issuer is there. */
async function verify(
  arrival: Arrival,
  { jwt }: RevocationSource,
  services: DoorServices,
): Promise<Signed | undefined> {
  const bearer = jwt.read(arrival)
  if (bearer === undefined) return undefined
  const { issuers, url, keysAt } = revocationOf(services)
  const issuer = issuers.find((one) => one.issuer === bearer.issuer)
  if (issuer === undefined) return undefined

  const audience = url ?? arrival.url
  if (audience === undefined)
    throw new ConfigError('REVOCATION_URL is not set; give it the URL that issuers send to')
  const now = services.clock.now()
  const keys = await keysAt(issuer.jwksUri, bearer.keyId)
  const proof = await jwt.verify(bearer, { keys, issuer: issuer.issuer, audience, now })
  return proof && { arrival, issuer, proof, now }
}

async function accept(
  { arrival, issuer, proof, now }: Signed,
  source: RevocationSource,
  services: DoorServices,
): Promise<Outcome> {
  const payload = readPayload(arrival.body)
  const identifier = subjectIdentifierIn(payload, source.subjects, source.formats)
  if (!identifier.isAllowed(issuer)) return forbidden

  const id = tokenId(proof)
  const event = {
    specversion: '1.0',
    id,
    source: `webhook:${arrival.source}`,
    type: source.event,
    time: new Date(proof.at).toISOString(),
    data: { sub_id: identifier.members, [services.subjectField]: identifier.subject },
  }
  const message = messageIn(event, source, arrival.source, services, now)
  const { ledger } = revocationOf(services)
  // Only what may be done is kept: whoever is refused takes no place from the genuine request.
  if (!(await claimToken(ledger, proof, arrival.body, now)))
    return { ...refused, fields: { reason: 'token-for-another-body' } }
  await services.enqueue(message.stem, message.body)
  return revoked(message)
}

function messageIn(
  event: object,
  source: RevocationSource,
  name: string,
  { lanes: chosen = {}, subjectField, subjectTemplates: templates }: DoorServices,
  now: number,
): Message {
  const lanes = (Object.hasOwn(chosen, name) ? chosen[name] : undefined) ?? source.lanes
  const mapping = { subjectField, ...(templates && { subjectTemplates: templates }) }
  return messageOf(event, source.event, { ...mapping, lanes, now })
}

function revocationOf({ revocation }: DoorServices): RevocationServices {
  if (revocation !== undefined) return revocation
  throw new ConfigError('REVOCATION_ISSUERS is not set; name who may sign users out')
}
