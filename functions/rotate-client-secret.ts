import { rotatesSecrets } from './services.ts'

/** Secrets Manager's rotation function: createSecret, setSecret, testSecret, finishSecret. */
export const handler = rotatesSecrets()
