import {
  anything,
  type Check,
  flag,
  InputError,
  listOf,
  moment,
  objectOf,
  parseJson,
  recordOf,
  text,
  textLike,
  uuid,
  wholeNumber,
} from '../checks.ts'
import { clientFields } from '../clients/fields.ts'
import type { Kind } from '../go/fields.ts'

/** What a server knows before anybody asks it. Wire names are Ory's own. */
export interface Seed {
  /** RFC 3339: the time it is, from where it goes on. */
  readonly now?: string
  /** At the start only: any text. The same text makes the same signing keys and seals, on every machine. */
  readonly keys_from?: string
  readonly clients?: readonly SeedClient[]
  /** One for each browser somebody is signed in with: the same subject may come again. */
  readonly users?: readonly SeedUser[]
  readonly trusted_issuers?: readonly SeedIssuer[]
  /** Where `accounts` are played. */
  readonly identities?: readonly SeedIdentity[]
  /** Where `accounts` are played. */
  readonly api_keys?: readonly SeedApiKey[]
}

/** Members as createOAuth2Client takes them; without a `client_secret` one is made up. */
export interface SeedClient {
  readonly client_id: string
  readonly client_secret?: string
  readonly [member: string]: unknown
}

export interface SeedUser {
  readonly subject: string
  /** The login session's id, a UUID; made up by default. */
  readonly sid?: string
  /** Whether the login session outlives the flow: true by default. */
  readonly remember?: boolean
  readonly consents?: readonly SeedConsent[]
}

/** A consent the user gave in that session, and the tokens that came of it. */
export interface SeedConsent {
  readonly client_id: string
  /** Everything in the client's `scope` by default. */
  readonly grant_scope?: readonly string[]
  /** None by default. */
  readonly grant_access_token_audience?: readonly string[]
  /** A UUID; made up by default. */
  readonly consent_request_id?: string
  /** True by default. */
  readonly remember?: boolean
  /** Seconds; 0, the default, is for ever. */
  readonly remember_for?: number
  /** What the consent app added to the tokens. */
  readonly session?: {
    readonly access_token?: Readonly<Record<string, unknown>>
    readonly id_token?: Readonly<Record<string, unknown>>
  }
  /** `ory_at_<letters>.<letters>`; made up by default. Where access tokens are JWTs, none can be given. */
  readonly access_token?: string
  /** `ory_rt_<letters>.<letters>`; made up by default. */
  readonly refresh_token?: string
}

/** A user at the identity provider. */
export interface SeedIdentity {
  /** Any text; the OAuth2 subject where the login app makes it so. */
  readonly id: string
  /** How many sessions they have there; 0 by default. */
  readonly sessions?: number
  /** What they are called elsewhere. */
  readonly external_id?: string
  /** What they sign in by: user names and addresses. */
  readonly identifiers?: readonly string[]
}

/** An API key that works. */
export interface SeedApiKey {
  /** Made up by default. */
  readonly key_id?: string
  readonly actor_id: string
  /** Whether it was made elsewhere: false by default. */
  readonly imported?: boolean
  /** RFC 3339; now by default. */
  readonly create_time?: string
}

/** Members as trustOAuth2JwtGrantIssuer takes them. */
export interface SeedIssuer {
  /** A UUID; made up by default. */
  readonly id?: string
  readonly issuer: string
  readonly subject?: string
  readonly allow_any_subject?: boolean
  readonly scope?: readonly string[]
  readonly jwk: Readonly<Record<string, unknown>>
  /** RFC 3339. */
  readonly expires_at: string
}

/**
 * Reads a seed.
 *
 * @throws InputError which names the path of what is wrong, such as `users[0].subject`.
 */
export function readSeed(value: unknown): Seed {
  return seed(value, '')
}

/** Reads a seed out of JSON. @throws InputError */
export function parseSeed(json: string): Seed {
  return readSeed(parseJson(json))
}

const timeAsText: Check<string> = (value, path) => new Date(moment(value, path)).toISOString()

const givenToken = (prefix: string) =>
  textLike(
    new RegExp(`^${prefix}_[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+$`),
    `${prefix}_, letters and digits, a dot, and letters and digits, such as ${prefix}_alice.mail`,
  )

/** The members of a client by what Ory's decoder takes for each. */
const byKind: Readonly<Record<Kind, Check<unknown>>> = {
  string: (value, path) => {
    if (typeof value === 'string') return value
    throw new InputError(path, 'has to be a text')
  },
  strings: listOf(text),
  bool: flag,
  nullBool: flag,
  int: wholeNumber(0),
  time: timeAsText,
  any: anything,
  duration: textLike(/^\d[\d.a-zµ]*$/, 'a Go duration such as 90s, 30m or 1h30m'),
  jwks: objectOf({ keys: listOf(anything) }, {}),
  jwk: anything,
}

/** What Ory says of a client, and takes from nobody. */
const said: ReadonlySet<string> = new Set([
  'client_secret_expires_at',
  'created_at',
  'updated_at',
  'registration_access_token',
  'registration_client_uri',
])

const clientMembers = Object.entries<Kind>(clientFields)
  .filter(([name]) => name !== 'client_id' && !said.has(name))
  .map(([name, kind]) => [name, byKind[kind]] as const)

const client = objectOf({ client_id: text }, Object.fromEntries(clientMembers)) as Check<SeedClient>

const claims = recordOf(anything)

const consent: Check<SeedConsent> = objectOf(
  { client_id: text },
  {
    grant_scope: listOf(text),
    grant_access_token_audience: listOf(text),
    consent_request_id: uuid,
    remember: flag,
    remember_for: wholeNumber(0),
    session: objectOf({}, { access_token: claims, id_token: claims }),
    access_token: givenToken('ory_at'),
    refresh_token: givenToken('ory_rt'),
  },
)

const user: Check<SeedUser> = objectOf(
  { subject: text },
  { sid: uuid, remember: flag, consents: listOf(consent) },
)

const issuer: Check<SeedIssuer> = objectOf(
  { issuer: text, jwk: recordOf(anything), expires_at: timeAsText },
  { id: uuid, subject: text, allow_any_subject: flag, scope: listOf(text) },
)

const identity: Check<SeedIdentity> = objectOf(
  { id: text },
  { sessions: wholeNumber(0), external_id: text, identifiers: listOf(text) },
)

const apiKey: Check<SeedApiKey> = objectOf(
  { actor_id: text },
  { key_id: text, imported: flag, create_time: timeAsText },
)

const seed: Check<Seed> = objectOf(
  {},
  {
    now: timeAsText,
    keys_from: text,
    clients: listOf(client),
    users: listOf(user),
    trusted_issuers: listOf(issuer),
    identities: listOf(identity),
    api_keys: listOf(apiKey),
  },
)
