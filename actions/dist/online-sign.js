import { a as hide, d as getInput, g as warning, h as setOutput, i as summary, n as annotate, o as hideKeyOf, p as info, r as runAction, u as context } from "./shared-frame.js";
import { t as pagesUrl } from "./shared-pages.js";
import { t as RepositoryError } from "./shared-errors.js";
import { S as commitTree, n as fetchPublication, r as publishOnline, v as loadState } from "./shared-remote.js";
import { t as SignerError } from "./shared-signer.js";
import { setTimeout } from "node:timers/promises";
// src/signers/registry.ts
/**
* The ways to hold a key, by URI scheme as securesystemslib spells them. A scheme's module is loaded when it is first
* used, so that no command waits for libraries of signers it does not open.
*/
const SCHEMES = /* @__PURE__ */ new Map([
	["awskms", async () => (await import("./shared-aws-kms.js")).openAwsKmsSigner],
	["azurekms", async () => (await import("./shared-azure-key-vault.js")).openAzureSigner],
	["env", async () => (await import("./shared-environment.js")).openEnvironmentSigner],
	["file2", async () => (await import("./shared-file.js")).openFileSigner],
	["gcpkms", async () => (await import("./shared-gcp-kms.js")).openGcpKmsSigner],
	["hv", async () => (await import("./shared-vault-transit.js")).openVaultSigner],
	["hsm", async () => (await import("./shared-signer2.js")).openTokenSigner],
	["sigstore", async () => (await import("./shared-signer3.js")).openSigstoreSigner],
	["ssh-agent", async () => (await import("./shared-agent.js")).openSshAgentSigner]
]);
/**
* Opens the signer that a URI names, such as `file2:~/keys/alice.pem` or `env:ONLINE_KEY`.
* @throws SignerError where the scheme is unknown or the key cannot be used
*/
async function openSigner(uri, context) {
	const shown = JSON.stringify(uri.slice(0, 200));
	const scheme = /^([a-z][a-z0-9+.-]*):/.exec(uri)?.[1];
	const load = scheme === void 0 ? void 0 : SCHEMES.get(scheme);
	if (load) return (await load())(uri, context);
	const known = [...SCHEMES.keys()].map((name) => `${name}:`).join(", ");
	if (scheme === void 0) throw new SignerError("malformed-uri", `${shown} is not a signer URI. It starts with a scheme; known are ${known}. For a key file write file2:<path>.`);
	throw new SignerError("unknown-scheme", `The signer ${shown} has an unknown scheme. Known are ${known}.${scheme === "file" ? " Did you mean file2:?" : ""}`);
}
// src/actions/online-sign.ts
/**
* Action `online-sign`: signs snapshot and timestamp for the default branch and pushes them to `online`; or, for the
* event that it is given, the targets roles that wait for an online key.
*/
/** Seconds that a job can wait. */
const LONGEST_CACHE_LIFETIME = 3600;
await runAction(async (action) => {
	const { github, openClone, defaultBranch, now } = action;
	if (context.ref !== `refs/heads/${defaultBranch}`) throw new RepositoryError("bad-request", `Online signing runs only on ${defaultBranch}, not on ${context.ref}. Start the workflow there.`);
	const openOnlineSigner = (uri) => {
		hideKeyOf(uri, process.env);
		return openSigner(uri, {
			environment: process.env,
			warn: (message) => warning(message),
			hide
		});
	};
	const event = getInput("event");
	if (event !== "") {
		const { signEvent } = await import("./shared-sign-event-online.js");
		return signEvent(action, event, openOnlineSigner);
	}
	const { repository, remote } = await openClone();
	const { main, tip } = await fetchPublication(remote);
	if ((await loadState(await commitTree(repository, main))).roles.size === 0) {
		setOutput("published", "false");
		setOutput("site", String(tip === void 0 && await pagesUrl(github) !== void 0));
		info("There is no metadata yet; nothing to sign.");
		await summary("There is no metadata yet. Start with `playground init`.\n");
		return;
	}
	const site = getInput("published") || await pagesUrl(github);
	const cacheLifetime = cacheLifetimeInput();
	const sign = (time) => publishOnline(remote, {
		site,
		first: site === void 0,
		push: true,
		cacheLifetime,
		now: time,
		openSigner: openOnlineSigner
	});
	let result = await sign(now);
	if (result.again && result.commit === void 0) {
		info(`The online keys change hands; the new root may come out at ${result.again.toISOString()}.`);
		await setTimeout(Math.max(0, result.again.getTime() - Date.now()) + 1e3);
		result = await sign(/* @__PURE__ */ new Date());
	}
	annotate(result.warnings);
	for (const trouble of result.troubles) warning(`An online key did not sign. ${trouble}`);
	const { snapshot, timestamp } = result.versions;
	setOutput("published", "true");
	setOutput("site", "true");
	setOutput("changed", String(result.commit !== void 0));
	setOutput("again", String(result.again !== void 0));
	await summary(result.commit === void 0 ? `Nothing to sign: snapshot ${snapshot} and timestamp ${timestamp} still hold.\n` : `Signed snapshot ${snapshot} and timestamp ${timestamp}:\n\n${result.reasons.map((reason) => `- ${reason}`).join("\n")}\n`);
});
/** Milliseconds until no cache shows what was published before. */
function cacheLifetimeInput() {
	const input = getInput("cache-lifetime");
	const seconds = input === "" ? 900 : Number(input);
	if (Number.isInteger(seconds) && seconds >= 0 && seconds <= LONGEST_CACHE_LIFETIME) return seconds * 1e3;
	throw new Error(`The input cache-lifetime is ${JSON.stringify(input)}. Give seconds, from 0 to ${LONGEST_CACHE_LIFETIME}.`);
}
export {};
