import { deleteClient, type Run } from '../family.ts'

const sizes = [
  '',
  '0',
  '1',
  '2',
  '3',
  '-1',
  '500',
  '501',
  '1000',
  'x',
  '2.5',
  '%20',
  '9999999999999999999',
  '0x2',
  '+2',
  '02',
]
const tokens = [
  '',
  '1',
  '0',
  'x',
  'AAAA',
  'a'.repeat(32),
  'a'.repeat(44),
  `${'a'.repeat(43)}=`,
  '%zz',
  '=',
  '!',
  '%F0%9F%98%80',
]

/** Lists in pages. */
export const pages: Run = async (server, random) => {
  const owner = `${server.prefix}owner`
  const ids = ['1', '2', '3'].map((name) => `${server.prefix}page-${name}`)
  for (const client_id of ids) {
    await server.send('admin', {
      method: 'POST',
      target: '/admin/clients',
      json: { client_id, owner },
    })
  }
  const lists = [
    `/admin/clients?owner=${owner}`,
    `/admin/trust/grants/jwt-bearer/issuers?issuer=${owner}`,
    `/admin/oauth2/auth/sessions/consent?subject=${owner}`,
  ]
  const list = random.pick([lists[0] ?? '', ...lists])
  const size = random.pick(sizes)
  const first = await server.send('admin', { target: `${list}&page_size=${size}` })
  const link = first.headers.find(([name]) => name === 'link')?.[1] ?? ''
  const next = /<([^>]*)>; rel="next"/.exec(link)?.[1]
  if (next !== undefined) {
    await server.send('admin', { target: next })
    await server.send('admin', {
      target: next.replace(/page_size=\d+/, `page_size=${random.pick(sizes)}`),
    })
    await server.send('admin', {
      target: next.replace(/(?<=page_token=.{20})./, (last) => (last === 'A' ? 'B' : 'A')),
    })
  }
  await server.send('admin', { target: `${list}&page_size=2&page_token=${random.pick(tokens)}` })
  for (const id of ids) await deleteClient(server, id)
}
