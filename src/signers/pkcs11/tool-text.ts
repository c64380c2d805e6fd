/** What pkcs11-tool (OpenSC) writes for people, read: tokens, objects and errors. */
import { codeOfReturnValue, type PinState, type Token, type TokenFailure } from './token.ts';

/** What an answer with a status other than 0 means. */
export function failureOf(status: number | NodeJS.Signals | null, stderr: string): TokenFailure {
  if (typeof status === 'string') return { code: 'crashed', detail: `pkcs11-tool ended with ${status}` };
  const rv = /rv = (CKR_[A-Z0-9_]+)/.exec(stderr)?.[1];
  const detail =
    /^error: (.*)$/m.exec(stderr)?.[1]?.slice(0, 200) ?? `pkcs11-tool ended with status ${status}`;
  if (/Failed to load pkcs11 module|function C_Initialize failed/.test(stderr))
    return { code: 'module', detail };
  if (/Private key not found/.test(stderr)) return { code: 'no-private-key', detail };
  return rv === undefined ? { code: 'refused', detail } : { code: codeOfReturnValue(rv), rv, detail: rv };
}

export interface SlotText {
  /** As `--slot` takes it. */
  readonly number: string;
  readonly token: Omit<Token, 'keys'>;
}

const SLOT = /^Slot \d+ \((0x[0-9a-f]+)\): (.*)$/;
const FIELD = /^ {2}([a-z /]+?) *: ?(.*)$/;

/** The slots with a token that is set up, of the answer to --list-token-slots. */
export function readSlots(text: string, module: string): readonly SlotText[] {
  const slots: { number: string; slot: string; fields: Map<string, string> }[] = [];
  for (const line of text.split(/\r?\n/)) {
    const [, number, slot = ''] = SLOT.exec(line) ?? [];
    if (number !== undefined) slots.push({ number, slot, fields: new Map() });
    const [, name, value] = FIELD.exec(line) ?? [];
    // The first of each name counts: a label with a line break in it cannot set the others.
    const fields = slots.at(-1)?.fields;
    if (fields && name !== undefined && value !== undefined && !fields.has(name)) fields.set(name, value);
  }
  return slots.flatMap(({ number, slot, fields }) => {
    const flags = fields.get('token flags')?.split(', ');
    if (!flags?.includes('token initialized')) return [];
    const [least = 0, most = 255] = (fields.get('pin min/max') ?? '').split('/').map(Number);
    const token = {
      module,
      slot: slot.trimEnd(),
      label: fields.get('token label')?.trimEnd() ?? '',
      serial: fields.get('serial num')?.trimEnd() ?? '',
      manufacturer: fields.get('token manufacturer')?.trimEnd() ?? '',
      model: fields.get('token model')?.trimEnd() ?? '',
      pin: {
        needed: flags.includes('login required'),
        pad: flags.includes('PIN pad present'),
        state: pinState(flags),
        least,
        most,
      },
    };
    return [{ number, token }];
  });
}

function pinState(flags: readonly string[]): PinState {
  if (flags.includes('user PIN locked')) return 'locked';
  if (flags.includes('final user PIN try')) return 'last-try';
  if (flags.includes('user PIN count low')) return 'low';
  return flags.includes('PIN initialized') ? 'good' : 'not-set';
}

/** Ids (hex, as written) and labels of the answer to --list-objects. */
export function readObjects(text: string): readonly { readonly id: string; readonly label: string }[] {
  return text
    .split(/^(?=\S.* Object)/m)
    .map((object) => ({
      id: /^ {2}ID: +([0-9a-f]+)/m.exec(object)?.[1] ?? '',
      label: /^ {2}label: +(.*)$/m.exec(object)?.[1]?.trimEnd() ?? '',
    }))
    .filter(({ id }) => id !== '');
}
