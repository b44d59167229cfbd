/** Of AWS's client what the receipts log needs, by name: a bundle then holds nothing else of it. */
export { GetPublicKeyCommand, KMSClient, SignCommand } from '@aws-sdk/client-kms'
