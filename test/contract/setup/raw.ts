import { newServer } from '../../live/server.ts'
import { adminUrl, publicUrl } from './server.ts'

/** The server under contract, for requests that no client of ours sends: they go out to the letter. */
export const { send } = newServer('contract', { adminUrl, publicUrl, prefix: '' })

/** The header of `client_secret_basic`, its base64 after `scheme`. */
export const basicHeader = (
  { client_id, client_secret }: { readonly client_id: string; readonly client_secret: string },
  scheme = 'Basic ',
): readonly [string, string] => {
  const pair = `${encodeURIComponent(client_id)}:${encodeURIComponent(client_secret)}`

  return ['Authorization', `${scheme}${Buffer.from(pair).toString('base64')}`]
}
