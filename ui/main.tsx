import { render } from 'preact'
import { HubModel } from './hub-model.ts'
import { Page } from './views/page.tsx'

const model = new HubModel()
model.start()
render(<Page model={model} />, document.body)
