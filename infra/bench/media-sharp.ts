import { readFileSync } from 'node:fs'
import { makeVariants } from '@logbook/media/make/picture.ts'
import { defaultPlan } from '@logbook/media/make/plan.ts'

/** Files of pictures. The first is made once more before, so that the others find everything loaded. */
export interface SharpTask {
  files: string[]
}

// The peer of a worker: the same variants of the same pictures, by sharp in a process that does nothing else. Answers pictures a second.
const { files }: SharpTask = JSON.parse(process.argv[2] ?? '')
const make = async (file: string): Promise<void> => {
  for await (const _ of makeVariants(readFileSync(file), defaultPlan, new AbortController().signal));
}
await make(files[0] ?? '')
const begun = performance.now()
for (const file of files) await make(file)
process.send?.(files.length / ((performance.now() - begun) / 1_000), () => process.disconnect?.())
