import type { Run } from '../family.ts'

const odd = [
  '.',
  '..',
  './',
  '../..',
  'a/b',
  'a/',
  '/a',
  '//',
  'a b',
  'a+b',
  'a%2Fb',
  'a%b',
  '%ff',
  'ü',
  '😀',
  '?x=y',
  '#x',
  'a;b',
  'a:b',
  '*',
  '@',
  'https://app.example/id',
  "it's",
  '"',
  '<b>',
  '\\',
  'lifespans',
  'x/lifespans',
  '\u0000',
  'a\nb',
  '\ufffd',
]

/** Client ids that mean something in a path. */
export const ids: Run = async (server, random) => {
  const text = random.pick(odd)
  // The bare ones belong to nobody else, and go again at the end; no path reaches an id that ends in a slash.
  const own = text.endsWith('/') ? `${text}${server.prefix}` : `${server.prefix}${text}`
  const id =
    random.chance(0.5) && !text.endsWith('/') ? text : random.pick([own, `${text}${server.prefix}`])
  const created = await server.send('admin', {
    method: 'POST',
    target: '/admin/clients',
    json: { client_id: id },
  })
  const target = `/admin/clients/${encodeURIComponent(id).replaceAll('.', '%2E')}`
  await server.send('admin', { target })
  await server.send('admin', { target: `/admin/clients/${encodeURI(id)}` })
  await server.send('admin', { target: created.location === '' ? target : created.location })
  await server.send('admin', {
    target: `/admin/clients?owner=${encodeURIComponent(`${server.prefix}${text}`)}`,
  })
  await server.send('admin', { method: 'PUT', target, json: { client_name: 'set' } })
  await server.send('admin', {
    method: 'DELETE',
    target: `/admin/oauth2/tokens?client_id=${encodeURIComponent(id)}`,
  })
  await server.send('admin', { method: 'DELETE', target })
}
