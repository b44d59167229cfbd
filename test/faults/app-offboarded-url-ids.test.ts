import { expect, test } from 'vitest'
import { bodyOf, offboardingStage } from './offboarding-stage.ts'

test.each([
  [true, /discovery says client_id_metadata_document_supported/],
  [false, /discovery does not say client_id_metadata_document_supported/],
])(
  'says of a client whose id is a URL whether it comes back by itself: %s',
  async (clientIdMetadataDocument, note) => {
    const { newClient, worked, stop } = await offboardingStage({ clientIdMetadataDocument })
    const method = { token_endpoint_auth_method: 'none' }
    for (const mode of ['reset', 'delete'] as const) {
      const client_id = `https://app.example/${mode}/client.json`
      await newClient({ client_id, ...method })
      const { receipt, queue } = await worked(bodyOf({ client_id, mode }))

      expect(queue.deadLetters).toEqual([])
      expect(receipt.notes).toContainEqual(expect.stringMatching(note))
    }
    await stop()
  },
)
