/** From nothing to the first answer: the client imported, made and called once. */
import { createOry } from '@lapse/core/ory'

const ory = createOry({ adminUrl: process.argv[2] ?? '' })
await ory.revokeOAuth2ConsentSessions({ subject: 'alice', all: true })
process.exit()
