import { createClient, deleteClient, type Run, secret } from '../family.ts'

const encoded = (text: string): string => Buffer.from(text).toString('base64')

/** Who asks, said in every way a header can say it. */
export const headers: Run = async (server, random) => {
  const method = random.pick([
    'client_secret_basic',
    'client_secret_basic',
    'client_secret_post',
    'none',
    'private_key_jwt',
  ])
  const id = await createClient(server, 'who', {
    token_endpoint_auth_method: method,
    ...(method === 'private_key_jwt' && { jwks: { keys: [] } }),
  })
  const pair = `${id}:${encodeURIComponent(secret)}`
  const credentials = [
    `Basic ${encoded(pair)}`,
    `basic ${encoded(pair)}`,
    `BASIC ${encoded(pair)}`,
    `Basic  ${encoded(pair)}`,
    `Basic\t${encoded(pair)}`,
    `Basic ${encoded(pair).replace(/=+$/, '')}`,
    `Basic ${encoded(pair)}=`,
    `Basic ${encoded(pair)} x`,
    `Basic ${encoded(`${pair}?>~~~`).replaceAll('+', '-').replaceAll('/', '_')}`,
    `Basic ${encoded(id)}`,
    `Basic ${encoded(`${id}:`)}`,
    `Basic ${encoded(`:${secret}`)}`,
    `Basic ${encoded(`${id}:%zz`)}`,
    `Basic ${encoded(`%zz:${secret}`)}`,
    `Basic ${encoded(`${id}:a+secret+of+the+fuzzer`)}`,
    `Basic ${encoded(`${id}:${secret}`)}`,
    `Basic ${encoded(`${id}:wrong`)}`,
    `Basic ${encoded(`${server.prefix}nobody:wrong`)}`,
    'Basic',
    'Basic ',
    `Bearer ${encoded(pair)}`,
    '',
  ]
  for (let asked = 0; asked < 4; asked += 1) {
    const chosen = random.some(credentials, 1.2 / credentials.length).slice(0, 2)
    const body = [
      'grant_type=client_credentials',
      ...random.some(
        [
          `client_id=${id}`,
          `client_secret=${encodeURIComponent(secret)}`,
          'client_id=',
          'client_secret=',
          `client_id=${server.prefix}nobody`,
          'client_secret=wrong',
        ],
        0.2,
      ),
    ].join('&')
    await server.send('public', {
      method: 'POST',
      target: random.pick([
        '/oauth2/token',
        '/oauth2/token',
        '/oauth2/revoke',
        '/oauth2/device/auth',
      ]),
      headers: [
        ['Content-Type', 'application/x-www-form-urlencoded'],
        ...chosen.map((value) => ['Authorization', value] as const),
      ],
      body,
    })
  }
  await server.send('public', {
    target: '/userinfo',
    headers: random.some(
      [
        ['Authorization', 'Bearer x'],
        ['Authorization', 'bearer '],
        ['Accept', 'text/html'],
      ] as const,
      0.4,
    ),
  })
  await deleteClient(server, id)
}
