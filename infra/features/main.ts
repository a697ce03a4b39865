import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../run/services.ts'
import { renderFeatures } from './render.ts'
import { featuresIn, runFeatures } from './run.ts'

const messages = await runFeatures({ dryRun: true })
const page = join(root, 'docs', 'behaviours.html')
writeFileSync(page, renderFeatures(featuresIn(messages).map(({ feature }) => feature)))
process.stdout.write(`${page}\n`)
