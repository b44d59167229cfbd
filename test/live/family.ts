import type { Random } from './random.ts'
import type { Answer, Request, Server } from './server.ts'

/** One case against one server. The same seed makes the same requests at every server. */
export type Run = (server: Server, random: Random) => Promise<void>

/** Requests about one thing. */
export interface Family {
  readonly name: string
  /** How many cases make a round; 1 by default. */
  readonly cases?: number
  /** Played in every so many rounds only: it waits, or costs the server much. */
  readonly every?: number
  readonly run: Run
}

export const secret = 'a secret of the fuzzer'
export const callback = 'http://127.0.0.1:9/callback'
export const jwtBearer = 'urn:ietf:params:oauth:grant-type:jwt-bearer'
export const deviceGrant = 'urn:ietf:params:oauth:grant-type:device_code'

/** Registers a client that may do everything, under a name of this case's own. */
export const createClient = async (
  server: Server,
  name: string,
  metadata: Readonly<Record<string, unknown>> = {},
): Promise<string> => {
  const client_id = `${server.prefix}${name}`
  await server.send('admin', {
    method: 'POST',
    target: '/admin/clients',
    json: {
      client_id,
      client_secret: secret,
      grant_types: [
        'authorization_code',
        'refresh_token',
        'client_credentials',
        'implicit',
        jwtBearer,
        deviceGrant,
      ],
      response_types: [
        'code',
        'token',
        'id_token',
        'code id_token',
        'token id_token',
        'code token',
        'code token id_token',
      ],
      redirect_uris: [callback],
      scope: 'openid offline read write photos.*',
      audience: ['https://api.example', 'https://api.example/deep'],
      ...metadata,
    },
  })

  return client_id
}

export const deleteClient = (server: Server, id: string): Promise<Answer> =>
  server.send('admin', { method: 'DELETE', target: `/admin/clients/${encodeURIComponent(id)}` })

export const basic = (id: string, password = secret): readonly [string, string] => [
  'Authorization',
  `Basic ${Buffer.from(`${encodeURIComponent(id)}:${encodeURIComponent(password)}`).toString('base64')}`,
]

/** A request to the token endpoint by the client's secret. */
export const token = (
  server: Server,
  id: string,
  form: Readonly<Record<string, string>>,
  more: Partial<Request> = {},
): Promise<Answer> =>
  server.send('public', {
    method: 'POST',
    target: '/oauth2/token',
    headers: [basic(id)],
    form,
    ...more,
  })

export const introspect = (
  server: Server,
  value: unknown,
  more: Readonly<Record<string, string>> = {},
): Promise<Answer> =>
  server.send('admin', {
    method: 'POST',
    target: '/admin/oauth2/introspect',
    form: { token: String(value), ...more },
  })

export const revoke = (server: Server, id: string, value: unknown): Promise<Answer> =>
  server.send('public', {
    method: 'POST',
    target: '/oauth2/revoke',
    headers: [basic(id)],
    form: { token: String(value) },
  })

/** Texts that servers read differently. */
export const oddTexts: readonly string[] = [
  '',
  ' ',
  'a b',
  'ü',
  'a/b',
  'a%2Fb',
  '%',
  '%zz',
  '"quoted"',
  '<b>&',
  'a|b',
  'a,b',
  'UPPER',
  '0',
  '\u2028',
  '😀',
]

/** JSON values of every kind. */
export const oddValues: readonly unknown[] = [
  null,
  true,
  false,
  0,
  1,
  -1,
  1.5,
  1e21,
  '',
  'text',
  ' ',
  [],
  [''],
  ['a', 'b'],
  ['a|b'],
  [1],
  [null],
  {},
  { keys: [] },
  { keys: null },
  { a: { b: 1 } },
  '1h',
  '-1h',
  '0s',
  '2020-01-01T00:00:00Z',
  'https://example.com/x',
  'http://127.0.0.1:9/x',
  'none',
  'RS256',
]
