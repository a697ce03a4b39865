import { figuresFile } from '../features/readers/figures.server.ts'
import { loaderOf } from '../services/route.server.ts'

/** The figures of readers as a file for a spreadsheet. */
export const loader = loaderOf(figuresFile)
