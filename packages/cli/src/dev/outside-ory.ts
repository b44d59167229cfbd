import type { Environment } from '@lapse/aws/settings/texts'
import type { OutsideOry } from '@lapse/local'
import { isLoopbackUrl } from '../dev-file/loopback-urls.ts'
import { UsageError } from '../errors.ts'

/**
 * The Ory that the environment names, to be used instead of the emulated one; `undefined` where it
 * names none.
 * @throws UsageError where it is not on this machine: an example event would end what is real
 */
export function outsideOry({
  ORY_ADMIN_URL: adminUrl,
  ORY_PUBLIC_URL: publicUrl,
  ORY_API_KEY: apiKey,
}: Environment): OutsideOry | undefined {
  if (!adminUrl && !publicUrl) return undefined
  if (!adminUrl || !publicUrl)
    throw new UsageError(
      `${adminUrl ? 'ORY_PUBLIC_URL' : 'ORY_ADMIN_URL'} is not set; give both, or neither for the emulated Ory`,
    )
  for (const [name, url] of Object.entries({ ORY_ADMIN_URL: adminUrl, ORY_PUBLIC_URL: publicUrl }))
    if (!isLoopbackUrl(url))
      throw new UsageError(
        `${name} is not the URL of a server on this machine; lapse dev takes no other, as what is sent here ends sessions there: take it away for the emulated Ory`,
      )
  return { adminUrl, publicUrl, ...(apiKey && { apiKey }) }
}
