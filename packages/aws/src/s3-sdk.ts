/** Of AWS's client what the receipts log needs, by name: a bundle then holds nothing else of it. */
export { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
