import { parentPort, workerData } from 'node:worker_threads'
import { silentProgress } from '../tool/progress.ts'
import { verifyLog } from '../tool/verify.ts'

export interface ScrubMessage {
  /** What is wrong with the log, or null. */
  fault: string | null
}

const say = (message: ScrubMessage) => parentPort?.postMessage(message)
try {
  await verifyLog((workerData as { file: string }).file, silentProgress, { gently: true })
  say({ fault: null })
} catch (error) {
  say({ fault: error instanceof Error ? error.message : String(error) })
}
