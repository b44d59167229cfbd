import { decodeStruct, type Fields, type Kind, type Struct } from '../go/fields.ts'
import type { ClientRow } from '../state.ts'
import { clientFields, clientNames, type OAuth2Client, toWireClient } from './fields.ts'

/** What Ory fills in just before it saves; the answer shows it as well. */
export function beforeSave(client: OAuth2Client): OAuth2Client {
  return {
    ...client,
    jwks: client.jwks ?? {},
    metadata: client.metadata === undefined ? {} : client.metadata,
    audience: client.audience ?? [],
    allowed_cors_origins: client.allowed_cors_origins ?? [],
  }
}

/** The members of a row: no secret, nothing of the registration, and no list that is `null`. */
export function toStored(client: OAuth2Client): ClientRow['fields'] {
  return toWireClient(
    withoutNullLists(clientFields, {
      ...client,
      client_secret: '',
      registration_access_token: '',
      registration_client_uri: '',
    }),
  )
}

/** The row's client, with an empty secret. */
export function fromRow({ fields }: ClientRow): OAuth2Client {
  return withoutNullLists(clientFields, decodeStruct(clientFields, clientNames, fields))
}

function withoutNullLists<F extends Fields>(fields: F, struct: Struct<F>): Struct<F> {
  const lists = Object.entries<Kind>(fields).filter(([, kind]) => kind === 'strings')
  const empty = lists.flatMap(([name]) => (struct[name] === null ? [[name, []]] : []))
  return { ...struct, ...Object.fromEntries(empty) }
}
