import { secretRotation } from '@lapse/aws/secret-rotation'
import { rotationServices } from './services/rotation.ts'

/** Secrets Manager's rotation function: createSecret, setSecret, testSecret, finishSecret. */
export const handler = secretRotation(rotationServices)
