import { render } from './render.ts'
import { serve } from './serve.ts'

serve(render)
