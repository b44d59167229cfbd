import { createClient, deleteClient, oddValues, type Run } from '../family.ts'
import type { Random } from '../random.ts'

const paths = [
  '',
  '/',
  '//',
  '///',
  '/client_name',
  '/client_name/',
  '/redirect_uris',
  '/redirect_uris/0',
  '/redirect_uris/-',
  '/redirect_uris/-1',
  '/redirect_uris/7',
  '/redirect_uris/00',
  '/metadata',
  '/metadata/a',
  '/metadata/a/b',
  '/metadata/a~1b',
  '/metadata//b',
  '/metadata/list/0',
  '/scope',
  '/id',
  '/ID',
  '/client_secret',
  '/unknown',
  '/unknown/deep',
  'client_name',
  '/jwks',
  '/jwks/keys',
  '/contacts/-',
]

const operation = (random: Random): unknown => {
  const op = random.pick(['add', 'remove', 'replace', 'replace', 'add', 'test', 'copy', 'ADD', ''])
  const path = random.pick(paths)
  if (random.chance(0.05)) return random.pick(oddValues)
  if (op === 'remove' || random.chance(0.05)) return { op, path }

  return { op, path, value: random.pick(oddValues) }
}

/** JSON patches of a client. */
export const patches: Run = async (server, random) => {
  const id = await createClient(server, 'patched', { metadata: { a: 1, list: ['x'] } })
  const target = `/admin/clients/${id}`
  for (let asked = 0; asked < 3; asked += 1) {
    const body = JSON.stringify(
      random.chance(0.95)
        ? Array.from({ length: 1 + random.below(2) }, () => operation(random))
        : random.pick(oddValues),
    )
    await server.send('admin', { method: 'PATCH', target, body })
    await server.send('admin', { target })
  }
  await deleteClient(server, id)
}
