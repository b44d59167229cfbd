import { InputError } from '../checks.ts'
import { createClient } from '../clients/create.ts'
import { clientFields, clientNames } from '../clients/fields.ts'
import {
  errorBody,
  invalidClientMetadata,
  invalidRedirectUri,
  missingRequiredParameter,
} from '../errors.ts'
import { decodeStruct } from '../go/fields.ts'
import { GoError } from '../go/go-error.ts'
import { AnswerError } from '../http.ts'
import { issuerFields, issuerNames, trustIssuer } from '../issuers/trust.ts'
import type { Ory } from '../ory.ts'
import { issuerKey } from '../state.ts'
import { OAuth2Error } from '../tokens/oauth2-error.ts'
import {
  plantApiKey,
  plantIdentity,
  type SeededApiKey,
  type SeededIdentity,
} from './plant-accounts.ts'
import { plantUser, type SeededUser, type Undo } from './plant-user.ts'
import type { Seed, SeedClient, SeedIssuer } from './seed.ts'

/** What came of a seed, in its order: what was given, and what was made up. */
export interface Seeded {
  readonly clients: readonly SeededClient[]
  readonly users: readonly SeededUser[]
  readonly trusted_issuers: readonly SeededIssuer[]
  /** Present where identities were given, and so are API keys. */
  readonly identities?: readonly SeededIdentity[]
  readonly api_keys?: readonly SeededApiKey[]
}

export interface SeededClient {
  readonly client_id: string
  /** `''` for a client that has none (`token_endpoint_auth_method: 'none'`). */
  readonly client_secret: string
}

export interface SeededIssuer {
  readonly id: string
  readonly issuer: string
  readonly kid: string
}

/**
 * Puts a seed's rows in: all of them or none. Its `now` and `keys_from` are for whoever holds the clock and the keys.
 *
 * @throws InputError which names the path of what Ory would refuse.
 */
export async function plant(ory: Ory, seed: Seed): Promise<Seeded> {
  const undo: Undo[] = []
  const each = async <Item, Made>(
    name: keyof Seed,
    items: readonly Item[] = [],
    make: (item: Item, path: string) => Made | Promise<Made>,
  ): Promise<readonly Made[]> => {
    const made: Made[] = []
    for (const [index, item] of items.entries()) {
      const path = `${name}[${index}]`
      made.push(await refusingAt(path, () => make(item, path)))
    }
    return made
  }
  try {
    return {
      clients: await each('clients', seed.clients, (client, path) =>
        plantClient(ory, client, path, undo),
      ),
      users: await each('users', seed.users, (user, path) => plantUser(ory, user, path, undo)),
      trusted_issuers: await each('trusted_issuers', seed.trusted_issuers, (issuer) =>
        plantIssuer(ory, issuer, undo),
      ),
      ...(seed.identities && {
        identities: await each('identities', seed.identities, (identity, path) =>
          plantIdentity(ory.state, identity, path, undo),
        ),
      }),
      ...(seed.api_keys && {
        api_keys: await each('api_keys', seed.api_keys, (key, path) =>
          plantApiKey(ory, key, path, undo),
        ),
      }),
    }
  } catch (error) {
    for (const takeBack of undo.toReversed()) takeBack()
    throw error
  }
}

/** What Ory would answer a caller is told of the place in the seed instead. */
async function refusingAt<Made>(path: string, make: () => Made | Promise<Made>): Promise<Made> {
  try {
    return await make()
  } catch (error) {
    const reason = reasonOf(error)
    if (reason === undefined) throw error
    throw new InputError('', `${path}: ${reason}`, { cause: error })
  }
}

function reasonOf(error: unknown): string | undefined {
  if (error instanceof GoError) return error.message
  if (error instanceof OAuth2Error) return words(errorBody(error.kind, error.hint))
  return error instanceof AnswerError ? words(error.answer.json as ErrorBody) : undefined
}

type ErrorBody = ReturnType<typeof errorBody>

/** Errors that say what is wrong after a text of their own, which helps nobody here. */
const wordy = [invalidClientMetadata, invalidRedirectUri, missingRequiredParameter]

function words({ error, error_description }: ErrorBody): string {
  const whole = error_description || error
  return wordy.reduce((text, { description }) => text.replace(`${description} `, ''), whole)
}

async function plantClient(
  ory: Ory,
  sent: SeedClient,
  path: string,
  undo: Undo[],
): Promise<SeededClient> {
  const { state } = ory
  if (state.clients.has(sent.client_id)) {
    throw new InputError(`${path}.client_id`, `is taken: there is a client "${sent.client_id}"`)
  }
  const created = await createClient(ory, decodeStruct(clientFields, clientNames, sent))
  undo.push(() => state.clients.delete(sent.client_id))
  return {
    client_id: sent.client_id,
    client_secret: String(created['client_secret'] ?? ''),
  }
}

function plantIssuer(ory: Ory, { id, ...sent }: SeedIssuer, undo: Undo[]): SeededIssuer {
  const { state } = ory
  const decoded = decodeStruct(issuerFields, issuerNames, sent)
  const isKeyNew = !state.trustedKeys.has(issuerKey(sent.issuer, String(sent.jwk['kid'])))
  const row = trustIssuer(ory, decoded, id)
  undo.push(() => {
    state.trustedIssuers.delete(row.id)
    if (isKeyNew) state.trustedKeys.delete(issuerKey(row.issuer, row.kid))
  })
  return { id: row.id, issuer: row.issuer, kid: row.kid }
}
