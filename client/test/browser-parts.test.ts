import { inBrowser } from './browser.ts'
import { describeLibrary } from './browser-library.ts'
import { describeOwn } from './browser-own.ts'
import { describePast } from './browser-past.ts'
import { describeReading } from './browser-reading.ts'
import { describeSettings } from './browser-settings.ts'
import { describeWriting } from './browser-writing.ts'
import { worldOfFile } from './built.ts'

inBrowser(worldOfFile(), (browsing) => {
  describeReading(browsing)
  describeWriting(browsing)
  describeOwn(browsing)
  describePast(browsing)
  describeSettings(browsing)
  describeLibrary(browsing)
})
