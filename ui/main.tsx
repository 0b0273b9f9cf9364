import './design/tokens.css'
import './design/base.css'
import './design/components.css'
import './page/page.css'
import { render } from 'preact'
import { startLanguage } from './i18n/language.ts'
import { HubModel } from './model/hub-model.ts'
import { ModelContext } from './model/use-model.ts'
import { Page } from './page/page.tsx'

const model = new HubModel()
model.start()
void startLanguage().then(() =>
  render(
    <ModelContext.Provider value={model}>
      <Page />
    </ModelContext.Provider>,
    document.body
  )
)
