// The smallest program with the client in it: what a bundle of it weighs is what the client costs.
import { createOry } from '@lapse/core/ory'

const [adminUrl = ''] = process.argv.slice(2)
const ory = createOry({ adminUrl })

ory
  .createOAuth2Client({ body: { client_id: 'bundled' } })
  .then(({ client_id }) => console.log(`bundled: ${client_id}`))
  .finally(() => ory[Symbol.asyncDispose]())
