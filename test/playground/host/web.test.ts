/** The pages for a person: they show what is there, run nothing of it, and obey only their own forms. */
import { beforeAll, describe, expect, test } from 'vitest';
import { renderMarkdown } from '../../../src/playground/host/web/markdown.ts';
import { pushBranch, repositoryWith, world } from './support.ts';

const get = world();
const EVIL = '<img src=x onerror=alert(1)>';
let work = '';

beforeAll(async () => {
  work = await repositoryWith(get(), 'alice/pages', {
    'README.md': `# Hello\n${EVIL}\n`,
    'dir/a.html': '<script>1</script>\n',
  });
  await pushBranch(work, 'x"onclick=y', { [`${EVIL.replaceAll('/', '')}.txt`]: `${EVIL}\n` }, EVIL);
  const { api, tokens } = get();
  await api(tokens.alice, 'POST', '/repos/alice/pages/pulls', {
    title: EVIL,
    body: EVIL,
    head: 'x"onclick=y',
    base: 'main',
  });
  await api(tokens.bob, 'POST', '/repos/alice/pages/issues/1/comments', {
    body: `${EVIL} **bold** [x](javascript:alert(1))`,
  });
});

const show = async (path: string, cookie = '') => {
  const response = await fetch(get().playground.url + path, { headers: { cookie } });
  return { status: response.status, text: await response.text(), headers: response.headers };
};

/** A browser with a cookie, on a page whose forms it sends. */
async function actAs(login: string) {
  const { url } = get().playground;
  let cookie = '';
  const csrfOn = async (path: string) => {
    const page = await show(path, cookie);
    cookie = page.headers.get('set-cookie')?.split(';')[0] ?? cookie;
    return /name="csrf" value="(\w+)"/.exec(page.text)?.[1] ?? '';
  };
  const send = async (path: string, fields: Record<string, string>, headers: Record<string, string> = {}) => {
    const csrf = await csrfOn('/');
    const response = await fetch(url + path, {
      method: 'POST',
      redirect: 'manual',
      headers: { cookie, origin: url, ...headers },
      body: new URLSearchParams({ csrf, ...fields }),
    });
    cookie = response.headers.get('set-cookie')?.split(';')[0] ?? cookie;
    return {
      status: response.status,
      location: response.headers.get('location'),
      text: await response.text(),
    };
  };
  await send('/_playground/sign-in', { login, back: '/' });
  return { send, show: (path: string) => show(path, cookie) };
}

describe('showing', () => {
  const encoded = encodeURIComponent('x"onclick=y');
  test.each([
    '/',
    '/alice/pages',
    '/alice/pages/tree/main/dir',
    '/alice/pages/blob/main/dir/a.html',
    `/alice/pages/tree/${encoded}`,
    '/alice/pages/pulls',
    '/alice/pages/pull/1',
    '/alice/pages/issues',
    '/alice/pages/actions',
    `/alice/pages/compare/main...${encoded}?title=${encodeURIComponent(EVIL)}&body=${encodeURIComponent(`</textarea>${EVIL}`)}`,
  ])('%s shows hostile text as text', async (path) => {
    const { status, text, headers } = await show(path);
    expect(status).toBe(200);
    expect(text).not.toContain('<img');
    expect(text).not.toContain('<script');
    expect(text).not.toMatch(/href="javascript:|"onclick=y"/);
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
  });

  test('a file’s bytes come as text that runs nothing', async () => {
    const { headers, text } = await show('/alice/pages/raw/main/dir/a.html');
    expect(text).toBe('<script>1</script>\n');
    expect(headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('content-security-policy')).toContain('sandbox');
  });

  test('what is not there, or not for this reader, is 404', async () => {
    await repositoryWith(get(), 'alice/hidden', { 'README.md': 'x\n' });
    await get().api(get().tokens.alice, 'PATCH', '/repos/alice/hidden', { private: true });
    for (const path of [
      '/alice/none',
      '/alice/hidden',
      '/alice/pages/pull/99',
      '/alice/pages/blob/main/no',
      '/a/b/c/d',
    ]) {
      expect([path, (await show(path)).status]).toEqual([path, 404]);
    }
    expect((await (await actAs('alice')).show('/alice/hidden')).status).toBe(200);
  });
});

describe('acting', () => {
  test('a person comments, closes, reopens and merges', async () => {
    const bob = await actAs('bob');
    const commented = await bob.send('/alice/pages/pull/1/comment', { body: 'From the page' });
    expect(commented).toMatchObject({
      status: 303,
      location: expect.stringMatching(/^\/alice\/pages\/pull\/1#issuecomment-/),
    });
    expect((await bob.show('/alice/pages/pull/1')).text).toContain('From the page');
    expect(get().events.at(-1)).toMatchObject({ name: 'issue_comment', actor: 'bob' });
    expect((await bob.send('/alice/pages/pull/1/merge', { method: 'merge' })).status).toBe(403);
    expect((await bob.send('/alice/pages/pull/1/state', { state: 'closed' })).status).toBe(403);
    const alice = await actAs('alice');
    const { body } = await get().api(get().tokens.alice, 'GET', '/repos/alice/pages/pulls/1');
    const merged = await alice.send('/alice/pages/pull/1/merge', { method: 'squash', sha: body.head.sha });
    expect(merged).toMatchObject({ status: 303, location: '/alice/pages/pull/1' });
    expect((await alice.show('/alice/pages/pull/1')).text).toContain('merged');
  });

  test('a contribution is shown as it was posted, with who reacted to it', async () => {
    const bob = await actAs('bob');
    const block = '```tuf-contribution-v1\n{\n "type": "sign"\n}\n```\n';
    const { location } = await bob.send('/alice/pages/pull/1/comment', { body: `Signed.\n\n${block}` });
    const id = location?.split('-').at(-1) ?? '';
    const { api, jobToken } = get();
    const token = jobToken('alice/pages', { 'pull-requests': 'write' });
    await api(token, 'POST', `/repos/alice/pages/issues/comments/${id}/reactions`, { content: '+1' });
    const { text } = await bob.show('/alice/pages/pull/1');
    const shown = text.slice(text.indexOf(`id="issuecomment-${id}"`));
    expect(shown).toContain('<pre><code>{\n &#34;type&#34;: &#34;sign&#34;\n}</code></pre>');
    expect(shown).toContain('title="+1 by github-actions[bot]">👍 1</span>');
  });

  test('a pull request is offered, a fork made', async () => {
    const bob = await actAs('bob');
    expect(await bob.send('/alice/pages/fork', {})).toMatchObject({ status: 303, location: '/bob/pages' });
    const fork = await get().clone(get().tokens.bob, 'bob/pages');
    await pushBranch(fork, 'gift', { 'g.txt': 'g\n' });
    const offered = await bob.send('/alice/pages/compare/main...bob%3Agift', { title: 'Gift' });
    expect(offered).toMatchObject({ status: 303, location: '/alice/pages/pull/2' });
  });

  test('a new issue starts with what its link says', async () => {
    const bob = await actAs('bob');
    const form = await bob.show('/alice/pages/issues/new?title=Help&body=a%0Ab');
    expect(form.text).toContain('value="Help"');
    expect(form.text).toContain('>a\nb</textarea>');
    const opened = await bob.send('/alice/pages/issues', { title: 'Help', body: 'a\nb' });
    expect(opened).toMatchObject({
      status: 303,
      location: expect.stringMatching(/^\/alice\/pages\/issues\/\d+$/),
    });
  });

  test('another page in the browser cannot act', async () => {
    const alice = await actAs('alice');
    const comment = { body: 'forged' };
    const path = '/alice/pages/pull/1/comment';
    const { pagesUrl } = get().playground;
    expect((await alice.send(path, comment, { origin: 'https://evil.example' })).status).toBe(403);
    expect((await alice.send(path, comment, { origin: pagesUrl })).status).toBe(403);
    expect((await alice.send(path, comment, { origin: 'null' })).status).toBe(403);
    expect((await alice.send(path, comment, { 'sec-fetch-site': 'same-site' })).status).toBe(403);
    expect((await alice.send(path, { ...comment, csrf: '0'.repeat(64) })).status).toBe(403);
    expect((await alice.send(path, { body: 'x'.repeat(2_000_000) })).status).toBe(413);
    const forged = await fetch(get().playground.url + path, {
      method: 'POST',
      headers: { cookie: 'playground_session=alice.00.00', origin: get().playground.url },
      body: new URLSearchParams(comment),
    });
    expect(forged.status).toBe(403);
    expect((await alice.show('/alice/pages/pull/1')).text).not.toContain('forged');
  });

  test('after signing in one comes back to a page of this server only', async () => {
    const alice = await actAs('alice');
    for (const back of ['//evil.example', '/\\evil.example', 'https://evil.example']) {
      expect((await alice.send('/_playground/sign-in', { login: 'bob', back })).location).toBe('/');
    }
  });
});

describe('Markdown', () => {
  test('the usual is rendered', () => {
    const html = renderMarkdown(
      '# T\n\n- [x] **a**\n- `b<`\n  - c\n\n| h | i |\n|---|:-:|\n| 1 | \\| |\n\n> q\n\n```sh\nx < y\n```\n',
    );
    expect(html).toBe(
      '<h2>T</h2>\n<ul><li><input type="checkbox" disabled checked> <strong>a</strong></li><li><code>b&#60;</code><ul><li>c</li></ul></li></ul>\n' +
        '<table><thead><tr><th>h</th><th>i</th></tr></thead><tbody><tr><td>1</td><td>|</td></tr></tbody></table>\n' +
        '<blockquote><p>q</p></blockquote>\n<pre><code>x &#60; y</code></pre>',
    );
  });

  test.each([
    ['[x](javascript:alert(1))'],
    ['[x](data:text/html,1)'],
    ['[x](//evil.example)'],
    ['[x](http://evil.example)'],
    ['<a href=javascript:alert(1)>x</a>'],
  ])('%s is not a link', (text) => {
    expect(renderMarkdown(text)).not.toContain('<a ');
  });

  test('quotes in a link stay inside it, comments are left out, depth has an end', () => {
    expect(renderMarkdown('[x](https://a.example/"onx=1)')).toContain('href="https://a.example/&#34;onx=1"');
    expect(renderMarkdown('a <!-- marker --> b')).toBe('<p>a  b</p>');
    // A character reference stands for its character, which marks nothing and opens no tag.
    expect(renderMarkdown('&#40;x&#41; &#42;y&#42; &#60;b&#62; &amp;')).toBe(
      '<p>&#40;x&#41; &#42;y&#42; &#60;b&#62; &#38;amp;</p>',
    );
    expect(renderMarkdown('> '.repeat(500)).length).toBeLessThan(5000);
    for (const hostile of ['*', '<!--', '- ', '> - ', '[', '`', '|-|\n']) {
      expect(renderMarkdown(hostile.repeat(20_000)).length).toBeLessThan(500_000);
    }
  });
});
