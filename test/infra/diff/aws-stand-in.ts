import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

/** The little of AWS that SST's command line reads before it plans a stage that was never deployed. */
export async function startAwsStandIn(): Promise<{ readonly url: string; stop(): void }> {
  const server = createServer(async (request, response) => {
    const target = request.headers['x-amz-target']
    const value = answerTo(target, await text(request))
    response.statusCode = value === undefined ? 404 : 200
    response.setHeader('content-type', value === undefined ? 'application/xml' : 'application/json')
    response.end(
      value === undefined
        ? '<Error><Code>NoSuchKey</Code></Error>'
        : JSON.stringify({ Parameter: { Value: value } }),
    )
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    stop: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}

/** Where SST keeps its state, and what it encrypts it with; there is no state. */
function answerTo(target: unknown, body: string): string | undefined {
  if (target !== 'AmazonSSM.GetParameter') return undefined
  const { Name } = JSON.parse(body) as { Name: string }
  if (Name.startsWith('/sst/passphrase/')) return Buffer.alloc(32).toString('base64')
  const buckets = { asset: 'assets', state: 'state', assetEcrRegistryId: '', assetEcrUrl: '' }
  return Name === '/sst/bootstrap' ? JSON.stringify({ version: 99, ...buckets }) : undefined
}
