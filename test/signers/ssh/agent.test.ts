import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openSigner } from '../../../src/signers/registry.ts';
import { openWithLimits } from '../../../src/signers/ssh/agent.ts';
import { askAgent } from '../../../src/signers/ssh/agent-connection.ts';
import { sshString, sshUint32 } from '../../../src/signers/ssh/wire.ts';
import { keyFromSpki, samePublicKey } from '../../../src/tuf/key.ts';
import { type Agent, hasAgent, startAgent } from '../../support/ssh-agent.ts';
import { signerError, temporaryFolder, testContext, validSignature } from '../helpers.ts';

const ED25519 = ['ed25519'];
const P256 = ['ecdsa', '-b', '256'];
const at = (agent: Agent, answers?: string[]) => testContext({ SSH_AUTH_SOCK: agent.socket }, answers);

describe.skipIf(!hasAgent)('a key in the ssh-agent', () => {
  it.each([
    ['Ed25519', ED25519],
    ['P-256', P256],
  ])('signs, named by the fingerprint that ssh-add shows: %s', async (_name, type) => {
    const agent = await startAgent();
    agent.add(ED25519);
    const { fingerprint, file } = agent.add(type);
    expect(agent.run('ssh-add', '-l')).toContain(fingerprint);
    const signer = await openSigner(`ssh-agent:${fingerprint}`, at(agent));
    expect(signer.uri).toBe(`ssh-agent:${fingerprint}`);
    if (type === P256) {
      const spki = agent.run('ssh-keygen', '-e', '-m', 'PKCS8', '-f', file);
      expect(samePublicKey(signer.key, keyFromSpki(spki))).toBe(true);
    }
    // Numbers with leading zeros or a first bit turn up among these.
    for (let i = 0; i < 40; i++) await validSignature(signer, Buffer.from(`message ${i}`));
    await validSignature(signer, Buffer.alloc(100_000, 'x'));
  });

  it('needs no name where it is the only one that can sign', async () => {
    const agent = await startAgent();
    agent.add(['rsa', '-b', '2048']);
    agent.add(['ecdsa', '-b', '384']);
    const { fingerprint } = agent.add(ED25519);
    await validSignature(await openSigner('ssh-agent:', at(agent)));
    agent.add(P256);
    const error = await signerError(openSigner('ssh-agent:', at(agent)));
    expect(error.code).toBe('key-ambiguous');
    expect(error.message).toContain(`ssh-agent:${fingerprint} ssh-ed25519 "comment 3"`);
  });

  it('comes with the advice to use it for nothing else', async () => {
    const agent = await startAgent();
    agent.add(ED25519);
    expect((await openSigner('ssh-agent:', at(agent))).advice).toContain('ssh-keygen -t ed25519');
  });

  it.each([
    ['RSA', ['rsa', '-b', '2048'], 'PKCS#1 v1.5'],
    ['P-384', ['ecdsa', '-b', '384'], 'ecdsa-sha2-nistp384'],
  ])('is refused with the reason: %s', async (_name, type, reason) => {
    const agent = await startAgent();
    const { fingerprint } = agent.add(type);
    for (const uri of ['ssh-agent:', `ssh-agent:${fingerprint}`]) {
      expect(await signerError(openSigner(uri, at(agent)))).toMatchObject({
        code: 'key-unsupported',
        message: expect.stringContaining(reason),
      });
    }
  });

  it('is refused with the reason where it is on a security key', async () => {
    const agent = await startAgent();
    // ssh-keygen makes such a key only with the device; the agent takes one without.
    const text = (value: string) => sshString(Buffer.from(value));
    const parts = [
      Uint8Array.of(25),
      text('sk-ssh-ed25519@openssh.com'),
      sshString(Buffer.alloc(32, 9)),
      text('ssh:'),
      Uint8Array.of(1),
      text('handle'),
      text(''),
      text('on the device'),
      Uint8Array.of(255),
      text('sk-provider@openssh.com'),
      text('internal'),
    ];
    expect(await askAgent(agent.socket, Buffer.concat(parts), 5_000)).toEqual(Buffer.from([6]));
    expect(agent.run('ssh-add', '-l')).toContain('ED25519-SK');
    const error = await signerError(openSigner('ssh-agent:', at(agent)));
    expect(error.code).toBe('key-unsupported');
    expect(error.message).toContain('security key (sk-)');
    expect(error.message).toContain('"on the device"');
  });

  it('is preferred to the certificate that goes with it', async () => {
    const agent = await startAgent();
    const folder = temporaryFolder();
    const [authority, file] = [join(folder, 'ca'), join(folder, 'key')];
    agent.run('ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-f', authority);
    agent.run('ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-f', file);
    agent.run('ssh-keygen', '-q', '-s', authority, '-I', 'me', `${file}.pub`);
    agent.run('ssh-add', '-q', file);
    expect(agent.run('ssh-add', '-l')).toContain('ED25519-CERT');
    const fingerprint = agent.run('ssh-keygen', '-l', '-f', file).split(' ')[1];
    await validSignature(await openSigner('ssh-agent:', at(agent)));
    await validSignature(await openSigner(`ssh-agent:${fingerprint}`, at(agent)));
  });

  it('that is not there is named, together with those that are', async () => {
    const agent = await startAgent();
    const { fingerprint } = agent.add(ED25519);
    const missing = `SHA256:${'A'.repeat(43)}`;
    const error = await signerError(openSigner(`ssh-agent:${missing}`, at(agent)));
    expect(error.code).toBe('key-missing');
    for (const part of [missing, fingerprint, 'ssh-add <key file>']) expect(error.message).toContain(part);
  });
});

describe.skipIf(!hasAgent)('the ssh-agent', () => {
  it('without keys, or locked, says how to add one and how to unlock', async () => {
    const agent = await startAgent();
    const empty = await signerError(openSigner('ssh-agent:', at(agent)));
    const { fingerprint } = agent.add(ED25519);
    const signer = await openSigner('ssh-agent:', at(agent));
    agent.run('ssh-add', '-x');
    const locked = await signerError(openSigner(`ssh-agent:${fingerprint}`, at(agent)));
    for (const { code, message } of [empty, locked]) {
      expect(code).toBe('key-missing');
      expect(message).toContain('ssh-add -X');
    }
    const later = await signerError(signer.sign(new Uint8Array(1)));
    expect(later.code).toBe('agent-refused');
    expect(later.message).toContain('locked');
    agent.run('ssh-add', '-X');
    await validSignature(signer);
  });

  it('asks the person before it signs, where the key was added so', async () => {
    const willing = await startAgent('yes');
    willing.add(ED25519, '-c');
    await validSignature(await openSigner('ssh-agent:', at(willing)));

    const unwilling = await startAgent('no');
    unwilling.add(ED25519, '-c');
    const signer = await openSigner('ssh-agent:', at(unwilling));
    const error = await signerError(signer.sign(new Uint8Array(1)));
    expect(error.code).toBe('agent-refused');
    expect(error.message).toContain('declined');
  });

  it('that lost the key between opening and signing says so', async () => {
    const agent = await startAgent();
    agent.add(ED25519);
    const signer = await openSigner('ssh-agent:', at(agent));
    agent.run('ssh-add', '-D');
    const error = await signerError(signer.sign(new Uint8Array(1)));
    expect(error.message).toContain('removed');
  });

  it('that is gone says how to start one', async () => {
    const agent = await startAgent();
    agent.add(ED25519);
    const signer = await openSigner('ssh-agent:', at(agent));
    const gone = new Promise((resolve) => agent.process.once('exit', resolve));
    agent.process.kill('SIGKILL');
    await gone;
    for (const attempt of [signer.sign(new Uint8Array(1)), openSigner('ssh-agent:', at(agent))]) {
      const error = await signerError(attempt);
      expect(error.code).toBe('agent-missing');
      expect(error.message).toContain('eval "$(ssh-agent)"');
    }
  });
});

describe('without an ssh-agent', () => {
  it('the error says how to start one', async () => {
    for (const environment of [{}, { SSH_AUTH_SOCK: '' }, { SSH_AUTH_SOCK: '/nowhere/agent' }]) {
      const error = await signerError(openSigner('ssh-agent:', testContext(environment)));
      expect(error.code).toBe('agent-missing');
      expect(error.message).toContain('ssh-add <key file>');
    }
  });

  it('a malformed fingerprint is refused before anything is asked', async () => {
    for (const name of ['MD5:00:11', 'SHA256:abc', '~/.ssh/id_ed25519', `SHA256:${'A'.repeat(43)} `]) {
      const error = await signerError(openSigner(`ssh-agent:${name}`, testContext({})));
      expect(error).toMatchObject({
        code: 'malformed-uri',
        message: expect.stringContaining('ssh-add -l'),
      });
    }
  });
});

/** Whatever `answer` gives, as the agent's answer to each message; undefined closes the connection. */
async function agentThat(answer: (request: Buffer, socket: Socket) => Uint8Array | undefined) {
  const path = join(temporaryFolder(), 'agent');
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (request) => {
      const bytes = answer(request, socket);
      if (bytes === undefined) socket.destroy();
      else if (bytes.length > 0) socket.write(bytes);
    });
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  onTestFinished(() => void server.close());
  return testContext({ SSH_AUTH_SOCK: path });
}

const framed = (...parts: readonly Uint8Array[]) => {
  const payload = Buffer.concat(parts);
  return Buffer.concat([sshUint32(payload.length), payload]);
};
const blobOf = (type: string, ...strings: readonly Uint8Array[]) =>
  Buffer.concat([sshString(Buffer.from(type)), ...strings.map(sshString)]);
const listOf = (...blobs: readonly Uint8Array[]) =>
  framed(
    Uint8Array.of(12),
    sshUint32(blobs.length),
    ...blobs.flatMap((blob) => [sshString(blob), sshString(Buffer.from('\u001b[31m\n'))]),
  );

/** A point that is a valid Ed25519 public key: the generator. */
const generator = Buffer.from(`58${'66'.repeat(31)}`, 'hex');
const goodBlob = blobOf('ssh-ed25519', generator);

describe('an agent that misbehaves', () => {
  it.each([
    ['closes the connection', undefined],
    ['speaks HTTP', Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')],
    ['announces nothing', sshUint32(0)],
    ['announces more than memory has', sshUint32(0xffffffff)],
    ['answers something else', framed(Uint8Array.of(14))],
    ['ends in the middle', framed(Uint8Array.of(12), sshUint32(1), sshUint32(50), new Uint8Array(3))],
    ['announces a billion keys', framed(Uint8Array.of(12), sshUint32(1e9))],
    ['holds a key without a name', listOf(Uint8Array.of(0, 0, 0, 0))],
    ['holds a key whose name has control characters', listOf(blobOf('ssh-\u001b[31m', generator))],
  ])('is told apart from a wrong key: it %s', async (_what, bytes) => {
    const context = await agentThat(() => bytes);
    const error = await signerError(openSigner('ssh-agent:', context));
    expect(error.code).toBe('agent-broken');
    expect(error.message).not.toContain('\u001b');
  });

  it('and holds damaged or dangerous keys cannot pass them off as usable', async () => {
    const identityPoint = Buffer.from(`01${'00'.repeat(31)}`, 'hex');
    const blobs = [
      blobOf('ssh-ed25519', identityPoint),
      blobOf('ssh-ed25519', generator.subarray(1)),
      blobOf('ssh-ed25519', generator, generator),
      blobOf('ecdsa-sha2-nistp256', Buffer.from('nistp384'), Buffer.alloc(65, 4)),
      blobOf('ecdsa-sha2-nistp256', Buffer.from('nistp256'), Buffer.alloc(65, 4)),
      blobOf('ssh-rsa', Buffer.alloc(0), Buffer.alloc(0)),
      blobOf('constructor'),
    ];
    const context = await agentThat(() => listOf(...blobs));
    const error = await signerError(openSigner('ssh-agent:', context));
    expect(error.code).toBe('key-unsupported');
    expect(error.message.split('\n')).toHaveLength(blobs.length + 2);
    expect(error.message).toContain('small order');
    expect(error.message).not.toContain('\u001b');
  });

  it('and never answers is left after a while', async () => {
    const context = await agentThat(() => new Uint8Array());
    const limits = { list: 50, sign: 50 };
    expect(await signerError(openWithLimits('ssh-agent:', context, limits))).toMatchObject({
      code: 'timed-out',
      message: expect.stringContaining('0.05 seconds'),
    });
    const slow = await agentThat((request) => (request[4] === 11 ? listOf(goodBlob) : new Uint8Array()));
    const signer = await openWithLimits('ssh-agent:', slow, limits);
    expect((await signerError(signer.sign(new Uint8Array(1)))).code).toBe('timed-out');
  });

  it('and sends its answer byte by byte is understood', async () => {
    const context = await agentThat((_request, socket) => {
      for (const byte of listOf(goodBlob)) socket.write(Uint8Array.of(byte));
      return new Uint8Array();
    });
    expect((await openSigner('ssh-agent:', context)).key.keyval.public).toBe(generator.toString('hex'));
  });

  it.each([
    ['gives a signature that does not verify', blobOf('ssh-ed25519', Buffer.alloc(64, 1)), 'signing-failed'],
    ['gives a signature of another type', blobOf('ssh-rsa', Buffer.alloc(64, 1)), 'agent-broken'],
    ['gives half a signature', blobOf('ssh-ed25519').subarray(0, 7), 'agent-broken'],
  ])('and %s gets nothing past the check', async (_what, signature, code) => {
    const context = await agentThat((request) =>
      request[4] === 11 ? listOf(goodBlob) : framed(Uint8Array.of(14), sshString(signature)),
    );
    const signer = await openSigner('ssh-agent:', context);
    expect((await signerError(signer.sign(new Uint8Array(1)))).code).toBe(code);
  });

  it('and refuses to list its keys is said to be locked', async () => {
    const context = await agentThat(() => framed(Uint8Array.of(5)));
    expect(await signerError(openSigner('ssh-agent:', context))).toMatchObject({
      code: 'agent-refused',
      message: expect.stringContaining('ssh-add -X'),
    });
  });
});

describe('the key file beside the agent', () => {
  it.skipIf(!hasAgent)('is never read: the agent alone holds the key', async () => {
    const agent = await startAgent();
    const { file } = agent.add(ED25519);
    const content = readFileSync(file, 'utf8');
    writeFileSync(file, 'gone');
    expect(content).toContain('PRIVATE KEY');
    await validSignature(await openSigner('ssh-agent:', at(agent)));
  });
});
