import { badRequest, oryError } from '../errors.ts'
import type { Fields } from '../go/fields.ts'
import { formatTime } from '../go/time.ts'
import type { Route } from '../http.ts'
import type { Ory } from '../ory.ts'
import type { ClientRow } from '../state.ts'
import { decodeBody } from './body.ts'
import { showClient } from './change.ts'
import { fromRow } from './client-row.ts'
import { newClientSecret, secretDigest } from './client-secret.ts'
import { invalid } from './refusal.ts'
import { existingClient } from './update.ts'

/** How many secrets stay valid beside the current one. */
const rotatedSlots = 5

/** rotateOAuth2ClientSecret: a new secret every time; the sixth before it is forgotten. */
export const rotateOAuth2ClientSecret: Route['handle'] = ({ params, body }, ory) => {
  const row = clientWithSecret(ory, params['id'])
  const secret = (ory.settings.takesRotatedSecret && sentSecret(body)) || newClientSecret()
  const { secretDigest: current, rotatedSecretDigests: before } = row
  row.rotatedSecretDigests = [...(current ? [current] : []), ...before].slice(0, rotatedSlots)
  row.secretDigest = secretDigest(secret)
  touch(row, ory)
  return showClient({ ...fromRow(row), client_secret: secret })
}

/** deleteRotatedOAuth2ClientSecrets: 200 with the client; only its current secret is left. */
export const deleteRotatedOAuth2ClientSecrets: Route['handle'] = ({ params }, ory) => {
  const row = clientWithSecret(ory, params['id'])
  row.rotatedSecretDigests = []
  touch(row, ory)
  return showClient(fromRow(row))
}

/** The secret that the body asks for, `''` where there is none. A server that takes no body looks at none. */
function sentSecret(body: Buffer): string {
  if (body.length === 0) return ''
  const { client_secret } = decodeBody(rotationFields, rotationNames, body)
  if (client_secret === '' || Buffer.byteLength(client_secret) >= 6) return client_secret
  throw invalid('Field client_secret must contain a secret that is at least 6 characters long.')
}

const rotationFields = { client_secret: 'string' } as const satisfies Fields

const rotationNames = {
  type: 'client.rotateOAuth2ClientSecretBody',
  field: (name: string) => `rotateOAuth2ClientSecretBody.${name}`,
  list: '[]string',
}

function touch(row: ClientRow, ory: Ory): void {
  row.fields = { ...row.fields, updated_at: formatTime(ory.now()) }
}

function clientWithSecret(ory: Ory, id: string | undefined): ClientRow {
  const row = existingClient(ory, id)
  const method = String(row.fields['token_endpoint_auth_method'])
  if (method === 'client_secret_basic' || method === 'client_secret_post') return row
  throw oryError(
    badRequest,
    `The client is configured to use the ${JSON.stringify(method)} authentication method, which does not support client secret rotation.`,
  )
}
