import { inBrowser } from './browser.ts'
import { describeBasics } from './browser-basics.ts'
import { worldOfFile } from './built.ts'

inBrowser(worldOfFile(), describeBasics)
