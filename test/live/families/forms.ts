import { basic, createClient, deleteClient, introspect, type Run, token } from '../family.ts'

const types = [
  'application/x-www-form-urlencoded',
  'APPLICATION/X-WWW-FORM-URLENCODED',
  'Application/x-www-form-urlencoded; charset=UTF-8',
  'application/x-www-form-urlencoded;charset',
  'application/x-www-form-urlencoded ; a=b; a=c',
  'application/x-www-form-urlencodedx',
  'text/plain',
  '',
  ';',
  'multipart/form-data',
  'multipart/form-data; boundary=b',
  'Multipart/Form-Data; Boundary="b"',
  'application/json',
]

const pairs = [
  'scope=read',
  'scope=%zz',
  'scope=read+write',
  'scope=read;write',
  'scope=%',
  'sc%zzope=read',
  'scope=%ff',
  'scope',
  '=x',
  '&&',
  'audience=https://api.example',
  'audience=https%3A%2F%2Fapi.example&audience=https://api.example/deep',
  'audience=nowhere',
  'grant_type=refresh_token',
  'SCOPE=write',
  'scope=nothing',
  'scope=photos.read',
  'scope=read%20read',
]

const multipart = (body: string): string =>
  `${body
    .split('&')
    .map((pair) => {
      const [name, value = ''] = pair.split('=')
      return `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`
    })
    .join('')}--b--\r\n`

/** Bodies of the token, introspection and revocation endpoints, as sent by somebody's own code. */
export const forms: Run = async (server, random) => {
  const id = await createClient(server, 'form')
  const issued = await token(server, id, { grant_type: 'client_credentials', scope: 'read' })
  const value = String(issued.json['access_token'])
  for (let asked = 0; asked < 3; asked += 1) {
    const type = random.chance(0.5) ? 'application/x-www-form-urlencoded' : random.pick(types)
    const first = random.pick([
      'grant_type=client_credentials',
      'grant_type=client_credentials',
      'grant_type=',
      'grant%5Ftype=client_credentials',
      'grant_type=a+b',
    ])
    const text = [first, ...random.some(pairs, 0.1)].join('&')
    const body =
      type.toLowerCase().startsWith('multipart') && random.chance(0.8) ? multipart(text) : text
    const query = random.pick(['', '', '?scope=read', '?grant_type=client_credentials'])
    await server.send('public', {
      method: 'POST',
      target: `/oauth2/token${query}`,
      headers: [basic(id), ...(type === '' ? [] : [['Content-Type', type] as const])],
      body,
    })
  }
  const asked = random.pick([
    `token=${value}`,
    `token=${value};x=y`,
    `token=${value}&scope=%zz`,
    `token=${value}&scope=read`,
    `token=${value}&scope=write`,
    `tok%65n=${value}`,
    `x=y&token=&token=${value}`,
    '',
    'x=y',
  ])
  const type = random.pick(types.slice(0, 7))
  await server.send('admin', {
    method: 'POST',
    target: '/admin/oauth2/introspect',
    headers: [['Content-Type', type]],
    body: asked,
  })
  await server.send('public', {
    method: 'POST',
    target: '/oauth2/revoke',
    headers: [basic(id), ['Content-Type', random.pick(types)]],
    body: asked,
  })
  await introspect(server, value)
  await deleteClient(server, id)
}
