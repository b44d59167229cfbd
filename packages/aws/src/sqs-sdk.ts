/** Of AWS's client what sends, by name: a bundle then holds nothing else of it. */
export { SendMessageBatchCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
