import { parentPort, workerData } from 'node:worker_threads'
import { playAll } from './every-processor.ts'

parentPort?.postMessage(await playAll(workerData as readonly number[]))
