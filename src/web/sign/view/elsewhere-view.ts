/** A key that stays somewhere else: files to sign there, and a place to paste what comes of it. */
import { acceptanceMessage, type Contribution } from '../../../event/comment-block.ts';
import { classifyKey, type Key } from '../../../tuf/key.ts';
import { acceptanceOf, checkAcceptance, type EventName, signature } from '../contributions.ts';
import { opensslCommand, PastedError, pastedPublicKey, pastedSignature } from '../elsewhere.ts';
import type { RoleTask, SignerPart } from '../signer-part.ts';
import type { PageContext } from './context.ts';
import { field, fill, form, h } from './dom.ts';
import { doing } from './failure.ts';
import { downloadLink, fileName } from './secret-field.ts';

type Finish = (made: readonly Contribution[]) => void;

/** One thing to be signed elsewhere. */
interface Piece {
  readonly view: HTMLElement;
  readonly pasted: () => string;
}

function piece(
  title: string,
  name: string,
  bytes: Uint8Array<ArrayBuffer>,
  key: () => Key | undefined,
  choice?: HTMLElement,
): Piece {
  const text = h('textarea', { rows: 3, spellcheck: 'false', autocomplete: 'off', autocapitalize: 'none' });
  const file = fileName(name);
  return {
    pasted: () => text.value,
    view: h(
      'div',
      { class: 'piece' },
      h('h4', {}, title),
      choice,
      h('p', {}, downloadLink(`Download ${file}`, bytes, file)),
      h('p', {}, 'Sign it where your key is. With OpenSSL and a private key in a file:'),
      h('p', {}, h('code', { class: 'command' }, opensslCommand(key(), file))),
      field(`Signature of ${file}, in hex or base64`, text),
    ),
  };
}

/** The roles that wait, each with a file and a field; what is left empty is left out. */
export function signElsewhere(context: PageContext, part: SignerPart, finish: Finish): HTMLElement {
  const pieces = part.toSign.map((task) => ({ task, ...signaturePiece(task) }));
  const act = doing('Check and go on', 'Checking…', async () => {
    if (!(await context.unchanged(part))) return;
    const made: Contribution[] = [];
    for (const { task, keyid, key, pasted } of pieces) {
      if (pasted().trim() === '') continue;
      const awaited = key();
      if (!awaited) continue;
      made.push(signature(task, keyid(), await pastedSignature(awaited, task.bytes, pasted())));
    }
    if (made.length === 0) throw new PastedError('Paste a signature, in hex or base64.');
    finish(made);
  });
  return form(act.run, ...pieces.map(({ view }) => view), act.problem, h('p', {}, act.button));
}

function signaturePiece(task: RoleTask) {
  let chosen = task.keys[0];
  const words = (keyid: string, key: Key) => `${classifyKey(key).name}, keyid ${keyid.slice(0, 8)}…`;
  const select = h(
    'select',
    {
      onchange: () => {
        chosen = task.keys[select.selectedIndex];
      },
    },
    ...task.keys.map(({ keyid, key }) => h('option', {}, words(keyid, key))),
  );
  const choice =
    task.keys.length > 1
      ? field('With this key', select)
      : h('p', {}, 'With your key: ', chosen ? words(chosen.keyid, chosen.key) : 'none');
  const name = `${task.role}-${task.version}-to-sign.bin`;
  return {
    ...piece(`${task.role} version ${task.version}`, name, task.bytes, () => chosen?.key, choice),
    key: () => chosen?.key,
    keyid: () => chosen?.keyid ?? '',
  };
}

/** First the public key; then one proof for each role. */
export function acceptElsewhere(
  context: PageContext,
  part: SignerPart,
  name: EventName,
  finish: Finish,
): HTMLElement {
  const text = h('textarea', { rows: 5, spellcheck: 'false', autocomplete: 'off', autocapitalize: 'none' });
  const proofs = h('div', {});
  const act = doing('Use this public key', 'Checking…', async () => {
    const key = pastedPublicKey(text.value);
    const event = await context.unchanged(part);
    if (!event) return;
    await checkAcceptance(event.sides, event.status, part, key, new Date());
    fill(proofs, proofForm(context, part, name, key, finish));
  });
  return h(
    'div',
    {},
    form(
      act.run,
      field(
        'Your public key',
        text,
        'PEM (“BEGIN PUBLIC KEY”), or 64 hex digits for Ed25519. OpenSSL prints it: openssl pkey -in key.pem -pubout',
      ),
      act.problem,
      h('p', {}, act.button),
    ),
    proofs,
  );
}

function proofForm(
  context: PageContext,
  part: SignerPart,
  name: EventName,
  key: Key,
  finish: Finish,
): HTMLElement {
  const pieces = part.accepts.map((role) => {
    const acceptance = acceptanceOf(name, part, role, key);
    const bytes = new Uint8Array(acceptanceMessage(acceptance));
    return { acceptance, bytes, ...piece(`Proof for ${role}`, `accept-${role}.bin`, bytes, () => key) };
  });
  const act = doing('Check and go on', 'Checking…', async () => {
    if (!(await context.unchanged(part))) return;
    const made: Contribution[] = [];
    for (const { acceptance, bytes, pasted } of pieces)
      made.push({ type: 'accept', ...acceptance, proof: await pastedSignature(key, bytes, pasted()) });
    finish(made);
  });
  return form(
    act.run,
    h('p', {}, `Now prove that you hold the private key, for each role: ${part.accepts.join(', ')}.`),
    ...pieces.map(({ view }) => view),
    act.problem,
    h('p', {}, act.button),
  );
}
