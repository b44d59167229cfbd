import { createClient, deleteClient, type Run } from '../family.ts'
import type { Random } from '../random.ts'

const starts = ['/admin/clients', '/clients', '/admin', '/oauth2', '/admin/oauth2', '/admin/trust']

const pieces = [
  '/',
  '//',
  '/.',
  '/..',
  '/%2e',
  '/%2E%2E',
  '%2F',
  '%2f',
  '%ff',
  '%25',
  '%2',
  '/lifespans',
  '/secrets/rotate',
  '/auth',
  '/auth/requests/login',
  '/auth/sessions/consent',
  '/token',
  '/introspect',
  '/grants/jwt-bearer/issuers',
  '/not-a-uuid',
  '/00000000-0000-4000-8000-000000000000',
  '?a=b',
  '?a=%zz&subject=',
  ';x',
  '+',
  '@',
  ':',
  '~',
  '|',
  '"',
]

const methods = ['GET', 'PUT', 'PATCH', 'POST', 'DELETE', 'HEAD', 'OPTIONS', 'PURGE']

const accepts = [
  undefined,
  '*/*',
  'application/json',
  'text/html',
  'text/plain',
  'text/html;q=0.1, application/json',
  'image/png',
]

const bodies: Readonly<Record<string, string>> = { PUT: '{}', PATCH: '[]', POST: '' }

const pathOf = (random: Random, id: string): string => {
  const start = random.pick([`/admin/clients/${id}`, `/clients/${id}`, ...starts])

  return start + random.some(pieces, 0.06).join('')
}

/** Which route a path leads to, by method, port and `Accept`. */
export const routing: Run = async (server, random) => {
  const id = await createClient(server, 'x')
  for (let asked = 0; asked < 4; asked += 1) {
    const method = random.pick(methods)
    const accept = random.pick(accepts)
    const port = random.pick(['admin', 'admin', 'public'] as const)
    const path = pathOf(random, id)
    const host = port === 'admin' ? server.adminUrl : server.publicUrl
    const origin = random.pick(['', '', '', '', host, 'http://elsewhere.example'])
    await server.send(port, {
      method,
      target: `${origin}${path}`,
      headers: accept === undefined ? [] : [['Accept', accept]],
      body: bodies[method],
    })
  }
  await server.send('admin', { target: `/admin/clients/${id}` })
  await deleteClient(server, id)
}
