import { createRoot } from 'react-dom/client';
import { I18nProvider } from 'react-aria-components';
import { applyPreferences, readPreferences, storageOf } from '../shared/preferences';
import { App } from './app';
import { desk } from './desk';

const storage = storageOf('local');
applyPreferences(storage, readPreferences(storage));
const root = document.getElementById('root');
if (root === null) throw new Error('no #root');
createRoot(root).render(
  <I18nProvider locale="vi-VN">
    <App />
  </I18nProvider>,
);
void desk.start();
