import { setTimeout as wait } from 'node:timers/promises'
import { createClient, deleteClient, type Run } from '../family.ts'
import { startReceiver } from '../receiver.ts'
import { signIn } from '../sign-in.ts'

/** How often, and when, a relying party is told that does not listen at once. */
export const backChannel: Run = async (server, random) => {
  const replies = random.pick([
    [500],
    [0],
    [200],
    [500, 200],
    [404],
    [0, 0, 200],
    [503],
    [429],
    [302],
  ])
  await using receiver = await startReceiver(replies.map((status) => ({ status })))
  const id = await createClient(server, 'told', {
    backchannel_logout_uri: `${receiver.url}/logout`,
  })
  const { sid } = await signIn(server, id, {
    login: { subject: `${server.prefix}user`, remember: true, remember_for: 3600 },
    consent: { remember: true },
  })
  await server.send('admin', {
    method: 'DELETE',
    target: `/admin/oauth2/auth/sessions/login?sid=${sid}`,
  })
  await wait(5000)
  server.observe(`told at ${receiver.calls().map((ms) => `${Math.round(ms / 500) / 2} s`)}`)
  await deleteClient(server, id)
}
