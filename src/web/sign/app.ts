/** The signing page's beginning. Inside another page it does nothing: what lies around it could lead the hand. */
import { Page } from './page.ts';
import { readSettings } from './settings.ts';
import { fill, h, outside } from './view/dom.ts';

const main = document.getElementById('page');
if (!main) throw new Error('the page has no place for its content');

if (window.top !== window.self) {
  fill(
    main,
    h('h1', {}, 'Open this page by itself'),
    h('p', {}, 'The signing page does not work inside another page.'),
    h('p', {}, outside(location.href, 'Open the signing page')),
  );
} else if (!window.isSecureContext) {
  fill(
    main,
    h('h1', {}, 'This page needs https'),
    h(
      'p',
      {},
      'It was loaded over a connection that anybody on the way can change, so the browser gives it no cryptography. Open it with https:// at the beginning of its address.',
    ),
  );
} else {
  // Another pull request is another visit: everything begins anew.
  window.addEventListener('hashchange', () => location.reload());
  void new Page(main, readSettings(document)).start();
}
